// The core "tiling": segregated fit and the buddy system.

import { wasm } from "../../build/embedded/tiling.js";
import { Core } from "./core.js";

export const tiling = /* @__PURE__ */ new Core("tiling", () => wasm, 6, 1);
