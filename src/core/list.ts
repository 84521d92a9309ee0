// The core "list": the linked list.

import { wasm } from "../../build/embedded/list.js";
import { Core } from "./core.js";

export const list = /* @__PURE__ */ new Core("list", () => wasm, 4, 1);
