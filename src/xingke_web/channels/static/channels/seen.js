// Says that a person looks at this message: the page is visible and somebody uses it, or it stays visible and in front for a while.
// A page that is fetched or rendered ahead, or opened by a scanner, does neither. Without this script an answer says the same.

const USES = ["pointerdown", "pointermove", "touchstart", "wheel", "scroll", "keydown"];
const LOOK_MILLISECONDS = 2000;

/** @type {HTMLElement | null} */
const place = document.querySelector("[data-seen]");
let told = false;

const inFront = () => document.visibilityState === "visible" && !(/** @type {any} */ (document).prerendering);

function tell() {
  if (told || !place || !inFront()) return;
  told = true;
  navigator.sendBeacon(place.dataset.seen || "");
}

if (place && !navigator.webdriver) {
  for (const use of USES) addEventListener(use, (event) => event.isTrusted && tell(), { passive: true });
  let looked = 0;
  const step = 250;
  const watch = setInterval(() => {
    looked = inFront() && document.hasFocus() ? looked + step : 0;
    if (looked >= LOOK_MILLISECONDS) tell();
    if (told) clearInterval(watch);
  }, step);
}
