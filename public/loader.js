// Starts the program. An external file, because the page's policy allows no inline script.
//
// The build names its two files in the head: the module as a preload, the wasm with its integrity. Browsers
// do not enforce the integrity of a preload, so the fetch below does.

const message = document.getElementById("boot-message");

function tell(text) {
  message.textContent = text;
}

// A fault that never reached the program's own hook, such as a full stack or memory: a dead page never stays.
function stopped(event) {
  const error = event.error ?? event.reason;
  const panic = document.getElementById("panic");
  if (!panic?.hidden || !String(error?.stack).includes(".wasm")) return;
  document.getElementById("panic-what").textContent = String(error);
  panic.hidden = false;
  document.body.replaceChildren(panic);
}
addEventListener("error", stopped);
addEventListener("unhandledrejection", stopped);

async function start() {
  // Where the portal lies on its host; the program reads it.
  document.documentElement.dataset.base = new URL(".", import.meta.url).pathname;
  // These are looked up again when the address has changed, and must not follow it.
  for (const link of document.querySelectorAll('link[rel="icon"], #panic a')) link.href = link.href;

  // Leptos builds its templates from static markup; nothing else may become HTML.
  window.trustedTypes?.createPolicy("default", { createHTML: (html) => html });

  const script = document.querySelector('link[rel="modulepreload"]');
  const wasm = document.querySelector('link[rel="preload"][as="fetch"]');
  const [module, response] = await Promise.all([
    import(script.href),
    fetch(wasm.href, { integrity: wasm.integrity || undefined, credentials: "same-origin" }),
  ]);
  if (!response.ok) throw new Error(`The program is missing (status ${response.status}).`);
  await module.default({ module_or_path: response });
}

start().catch((error) => {
  if (typeof WebAssembly !== "object") {
    tell("This browser has no WebAssembly, which Credit Desk needs.");
  } else {
    tell(`Credit Desk could not be started: ${error.message} Reload the page; if that does not help, tell whoever runs this portal.`);
  }
});
