// The core "wide": the tree with 64-bit numbers.

import { wasm } from "../../build/embedded/wide.js";
import { Core } from "./core.js";

export const wide = /* @__PURE__ */ new Core("wide", () => wasm, 0, 0x1f_ffff_ffff_ffff);
