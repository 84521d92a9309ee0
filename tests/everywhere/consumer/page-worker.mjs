// A page that leaves the work to a module worker.
const worker = new Worker("/worker.mjs", { type: "module" });
worker.onmessage = (event) => report(event.data);
worker.onerror = (event) => report(`error in the worker: ${event.message}`);
