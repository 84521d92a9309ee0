// Runs first on every page: hands what the page has to tell, or whatever goes wrong on it, to the server.
globalThis.report = (text) => fetch("/report", { method: "POST", body: text });
addEventListener("error", (event) => report(`error: ${event.message ?? event.target?.src}`), true);
addEventListener("unhandledrejection", (event) => report(`unhandled: ${event.reason}`));
