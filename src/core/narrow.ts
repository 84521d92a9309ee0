// The core "narrow": the tree with 32-bit numbers.

import { wasm } from "../../build/embedded/narrow.js";
import { Core } from "./core.js";

export const narrow = /* @__PURE__ */ new Core("narrow", () => wasm, 0, 1);
