// A page whose policy allows no WebAssembly at all.
import * as suballoc from "/node_modules/suballoc/build/suballoc.min.js";

const told = [];
try {
  new suballoc.MemoryAllocator(1);
} catch (error) {
  told.push(`${error.name} ${error.code}: ${error.message}`);
}
await suballoc.init().catch((error) => told.push(`${error.name} ${error.code}: ${error.message}`));
report(JSON.stringify(told));
