// The core "buddy": the buddy system.

import { wasm } from "../../build/embedded/buddy.js";
import { Core } from "./core.js";

export const buddy = /* @__PURE__ */ new Core("buddy", wasm, 6, 1);
