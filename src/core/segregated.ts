// The core "segregated": segregated fit.

import { wasm } from "../../build/embedded/segregated.js";
import { Core } from "./core.js";

export const segregated = /* @__PURE__ */ new Core("segregated", wasm, 5, 1);
