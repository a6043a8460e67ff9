// Behaviour of the shell: theme, menus, dialogs, toasts, row selection, keys, safe submits, failed requests, charts on demand.
// Everything here improves a page that works without it; words come from the JSON catalogue in the page.

/** @type {Record<string, string>} */
export const words = JSON.parse(document.getElementById("xk-words")?.textContent || "{}");

/** @param {string} name @returns {string} */
const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.getAttribute("content") || "";

/** @param {string} name @param {string} value */
const remember = (name, value) => {
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
};

/** @param {string} tag @param {string} className @param {string} [text] */
function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

/** @param {string} name */
function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "xk-icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${meta("xk-icons")}#${name}`);
  svg.append(use);
  return svg;
}

// Theme

document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (!form.matches("[data-theme-form]")) return;
  event.preventDefault();
  const theme = document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark";
  document.documentElement.dataset.bsTheme = theme;
  remember("xk_theme", theme);
  document.querySelectorAll("[data-theme-form] button").forEach((button) => button.setAttribute("value", theme === "dark" ? "light" : "dark"));
  document.dispatchEvent(new CustomEvent("xk:theme", { detail: theme }));
});

// Menus: one open at a time, closed by Escape and by a click elsewhere

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
    if (!menu.contains(target)) menu.removeAttribute("open");
  });
});

// Dialogs

/** @param {HTMLDialogElement} dialog */
function openDialog(dialog) {
  if (dialog.open) return;
  dialog.showModal();
  dialog.querySelectorAll("[hx-trigger='xk:open']").forEach((part) => part.dispatchEvent(new CustomEvent("xk:open")));
}

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  const opener = target.closest("[data-dialog-open]");
  if (opener) {
    const dialog = document.getElementById(opener.getAttribute("data-dialog-open") || "");
    if (dialog instanceof HTMLDialogElement) openDialog(dialog);
    return;
  }
  const dialog = target.closest("dialog");
  if (dialog && (target.closest("[data-dialog-close]") || target === dialog)) dialog.close();
});

// Toasts

/** @param {Element} toast */
function armToast(toast) {
  const keep = toast.querySelector("form") ? 10000 : toast.classList.contains("xk-toast-error") ? 0 : 6000;
  if (keep) setTimeout(() => { if (!toast.matches(":hover, :focus-within")) toast.remove(); }, keep);
}

/** @param {string} text @param {"info" | "success" | "warning" | "error"} [level] */
export function toast(text, level = "info") {
  const box = make("div", `xk-toast xk-toast-${level}`);
  const close = make("button", "xk-icon-btn xk-icon-btn-sm");
  box.dataset.toast = "";
  close.setAttribute("type", "button");
  close.setAttribute("aria-label", words.close || "");
  close.dataset.toastClose = "";
  close.append(icon("x"));
  box.append(icon(level === "error" ? "alert-circle" : level === "success" ? "circle-check" : "info-circle"), make("span", "flex-grow-1", text), close);
  document.getElementById("xk-toasts")?.append(box);
  armToast(box);
}

document.addEventListener("click", (event) => {
  /** @type {Element} */ (event.target).closest("[data-toast-close]")?.closest("[data-toast]")?.remove();
});

// Row selection and the bulk bar

/** @param {Element} table */
function refreshBulk(table) {
  const bar = table.querySelector("[data-bulk]");
  if (!(bar instanceof HTMLFormElement)) return;
  const rows = /** @type {HTMLInputElement[]} */ ([...table.querySelectorAll("[data-select-row]")]);
  const chosen = rows.filter((row) => row.checked);
  const every = /** @type {HTMLInputElement} */ (bar.querySelector("[data-bulk-all]"));
  const label = /** @type {HTMLElement} */ (bar.querySelector("[data-bulk-count]"));
  const whole = /** @type {HTMLInputElement | null} */ (table.querySelector("[data-select-page]"));
  if (chosen.length < rows.length) every.value = "";
  const total = Number(label.dataset.total);
  const text = every.value ? words.allSelected : words.selected;
  bar.hidden = chosen.length === 0;
  label.textContent = (text || "").replace("%(count)s", (every.value ? total : chosen.length).toLocaleString("zh-CN"));
  const button = bar.querySelector("[data-bulk-every]");
  if (button instanceof HTMLElement) button.hidden = Boolean(every.value) || chosen.length < rows.length;
  rows.forEach((row) => row.closest("tr")?.classList.toggle("xk-row-on", row.checked));
  bar.querySelectorAll("input[name=keys]").forEach((input) => input.remove());
  chosen.forEach((row) => {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name: "keys", value: row.value });
    bar.append(input);
  });
  if (whole) {
    whole.checked = chosen.length > 0 && chosen.length === rows.length;
    whole.indeterminate = chosen.length > 0 && chosen.length < rows.length;
  }
}

document.addEventListener("change", (event) => {
  const input = /** @type {HTMLInputElement} */ (event.target);
  const table = input.closest("[data-table]");
  if (!table) return;
  if (input.matches("[data-select-page]")) {
    table.querySelectorAll("[data-select-row]").forEach((row) => { /** @type {HTMLInputElement} */ (row).checked = input.checked; });
  }
  if (input.matches("[data-select-page], [data-select-row]")) refreshBulk(table);
});

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  const every = target.closest("[data-bulk-every]");
  const table = target.closest("[data-table]");
  if (every && table) {
    /** @type {HTMLInputElement} */ (table.querySelector("[data-bulk-all]")).value = "1";
    refreshBulk(table);
  }
  const density = target.closest("[data-density]");
  if (density && table) {
    const dense = table.querySelector(".xk-data")?.classList.toggle("xk-dense") ?? false;
    density.setAttribute("aria-pressed", String(dense));
    remember("xk_density", dense ? "dense" : "normal");
  }
});

// A form is sent once; the button says that it is busy

document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (event.defaultPrevented || form.method.toLowerCase() === "get" || form.matches("[data-theme-form]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.sent = "1";
  const button = /** @type {SubmitEvent} */ (event).submitter;
  button?.setAttribute("aria-busy", "true");
}, true);

/** @param {ParentNode} scope */
function release(scope) {
  const forms = /** @type {HTMLFormElement[]} */ ([...scope.querySelectorAll("form[data-sent]")]);
  if (scope instanceof HTMLFormElement) forms.push(scope);
  forms.forEach((form) => {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  });
}
window.addEventListener("pageshow", () => release(document));
document.addEventListener("htmx:finally:request", (event) => {
  // Where the element that asked was swapped out meanwhile, the event comes from the document.
  const form = event.target instanceof Element ? event.target.closest("form") : null;
  if (form) release(form);
});

// A failed request shows what failed and offers to try again; it never leaves nothing

/** @param {any} ctx @param {string} text @param {string} code */
function showFailure(ctx, text, code) {
  const source = /** @type {HTMLElement} */ (ctx.sourceElement);
  const target = ctx.target instanceof Element ? ctx.target : source;
  const holder = target.parentElement || document.body;
  holder.querySelectorAll(":scope > .xk-error[data-failure]").forEach((old) => old.remove());
  const block = make("div", "xk-error");
  block.dataset.failure = "";
  block.setAttribute("role", "alert");
  const body = make("div", "");
  const foot = make("p", "xk-error-foot");
  const retry = make("button", "xk-btn xk-btn-sm", words.retry);
  retry.setAttribute("type", "button");
  retry.addEventListener("click", () => {
    block.remove();
    if (source instanceof HTMLFormElement) source.requestSubmit();
    else /** @type {any} */ (window).htmx.trigger(source, source.matches("[hx-trigger='xk:open']") ? "xk:open" : source.matches("[hx-trigger='load']") ? "load" : "click");
  });
  foot.append(retry);
  if (code) {
    const hint = make("span", "xk-hint", `${words.reference} `);
    hint.append(make("code", "", code));
    foot.append(hint);
  }
  body.append(make("h3", "", words.failed), make("p", "", text), foot);
  block.append(icon("alert-circle"), body);
  target.before(block);
}

document.addEventListener("htmx:response:error", (event) => {
  const { ctx } = /** @type {CustomEvent} */ (event).detail;
  const { status, headers } = ctx.response;
  if (status === 422 || status === 409) return;
  showFailure(ctx, words.failedKept, headers.get("X-Xingke-Error") || String(status));
});
document.addEventListener("htmx:error", (event) => {
  const { ctx } = /** @type {CustomEvent} */ (event).detail;
  if (ctx) showFailure(ctx, words.offline, "");
});
document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = /** @type {CustomEvent} */ (event).detail;
  const target = ctx.target instanceof Element ? ctx.target : null;
  target?.parentElement?.querySelectorAll(":scope > .xk-error[data-failure]").forEach((old) => old.remove());
});

// Empty filters stay out of the address

document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = /** @type {CustomEvent} */ (event).detail;
  if (!ctx.sourceElement.matches?.("form.xk-filters") || !ctx.request.body?.entries) return;
  for (const [name, value] of [...ctx.request.body.entries()]) if (value === "") ctx.request.body.delete(name);
});
document.addEventListener("formdata", (event) => {
  const { formData, target } = /** @type {FormDataEvent} */ (event);
  if (!(target instanceof HTMLFormElement) || !target.matches("form.xk-filters")) return;
  for (const [name, value] of [...formData.entries()]) if (value === "") formData.delete(name);
});

// Keys

/** @param {EventTarget | null} target */
const isTyping = (target) => target instanceof HTMLElement && (target.isContentEditable || target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select"));
let afterG = 0;

/** @param {number} step */
function moveRow(step) {
  const rows = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("tr[data-row]")]);
  if (!rows.length) return;
  const now = rows.findIndex((row) => row.classList.contains("xk-row-now"));
  const next = rows[Math.max(0, Math.min(rows.length - 1, now + step))];
  rows.forEach((row) => row.classList.toggle("xk-row-now", row === next));
  next.scrollIntoView({ block: "nearest" });
  const focusable = next.querySelector("a, input");
  if (focusable instanceof HTMLElement) focusable.focus({ preventScroll: true });
}

/** @type {Record<string, () => boolean | void>} */
const KEYS = {
  "?": () => { const keys = document.getElementById("xk-keys"); if (keys instanceof HTMLDialogElement) openDialog(keys); },
  "/": () => focusOn("[data-filter-focus], .xk-filters input[type=search], .xk-filters .xk-input"),
  j: () => moveRow(1),
  k: () => moveRow(-1),
  x: () => { const box = document.querySelector(".xk-row-now [data-select-row]"); if (box instanceof HTMLElement) box.click(); },
  g: () => { afterG = Date.now(); },
  h: () => { if (Date.now() - afterG < 1200) location.assign(document.querySelector(".xk-brand")?.getAttribute("href") || "/"); },
};

/** @param {string} selector */
function focusOn(selector) {
  const field = document.querySelector(selector);
  if (field instanceof HTMLElement) field.focus();
  return Boolean(field);
}

document.addEventListener("keydown", (event) => {
  const modal = document.querySelector("dialog[open]");
  if (event.key === "Escape") {
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
      menu.removeAttribute("open");
      const summary = menu.querySelector("summary");
      if (summary && menu.contains(document.activeElement)) summary.focus();
    });
    return;
  }
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
    if (event.key.toLowerCase() === "k" && focusOn("[data-global-search]")) event.preventDefault();
    const save = document.querySelector("form[data-save]");
    if (event.key.toLowerCase() === "s" && save instanceof HTMLFormElement) { event.preventDefault(); save.requestSubmit(); }
    return;
  }
  if (event.altKey || event.ctrlKey || event.metaKey || modal || isTyping(event.target)) return;
  if (event.key === "Enter" && event.target instanceof HTMLElement && event.target.matches("[data-select-row]")) {
    const link = event.target.closest("tr")?.querySelector("a[data-open]");
    if (link instanceof HTMLElement) link.click();
    return;
  }
  const action = KEYS[event.key];
  if (action) {
    action();
    if (event.key === "/") event.preventDefault();
    return;
  }
  // A page gives its own buttons a key by `data-key`; the key is shown on the button.
  const keyed = /^[a-z0-9]$/.test(event.key) ? document.querySelector(`[data-key="${event.key}"]`) : null;
  if (keyed instanceof HTMLElement) keyed.click();
});

// Charts are fetched when one comes near the view

/** @type {Promise<any> | undefined} */
let charts;
const near = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    near.unobserve(entry.target);
    charts ??= import(meta("xk-charts"));
    charts.then((module) => module.draw(entry.target, words, meta("xk-echarts"))).catch(() => toast(words.chartFailed, "warning"));
  }
}, { rootMargin: "200px" });

/** @param {ParentNode} scope */
function watch(scope) {
  scope.querySelectorAll("[data-chart]:not([data-watched])").forEach((chart) => {
    /** @type {HTMLElement} */ (chart).dataset.watched = "";
    chart.closest("[data-chart-card]")?.classList.add("xk-drawn");
    near.observe(chart);
  });
  scope.querySelectorAll("[data-toast]:not([data-armed])").forEach((one) => { /** @type {HTMLElement} */ (one).dataset.armed = ""; armToast(one); });
  scope.querySelectorAll("[data-table]").forEach(refreshBulk);
}
document.addEventListener("htmx:after:swap", () => watch(document));
watch(document);

// The table of a chart, its picture and its file

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  const card = target.closest("[data-chart-card]");
  if (!(card instanceof HTMLElement)) return;
  const toggle = target.closest("[data-chart-table]");
  if (toggle) {
    const asTable = card.classList.toggle("xk-as-table");
    toggle.setAttribute("aria-pressed", String(asTable));
    const label = asTable ? words.showChart : words.showTable;
    toggle.setAttribute("aria-label", label);
    toggle.setAttribute("title", label);
    if (!asTable) document.dispatchEvent(new CustomEvent("xk:resize"));
  }
  if (target.closest("[data-chart-csv]")) saveCsv(card);
  if (target.closest("[data-chart-png]")) charts?.then((module) => module.savePng(card, save));
  if (target.closest(".xk-menu-item")) target.closest("details")?.removeAttribute("open");
});

/** @param {string} name @param {Blob} blob */
function save(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/** @param {HTMLElement} card */
function saveCsv(card) {
  const quote = (/** @type {string} */ text) => `"${(/^[=+\-@]/.test(text) && !/^[-+]?[\d.,%]+$/.test(text) ? `'${text}` : text).replace(/"/g, '""')}"`;
  const rows = [...card.querySelectorAll("[data-chart-rows] tr")].map((row) => [...row.children].map((cell) => quote(cell.textContent?.trim() || "")).join(","));
  save(`${card.dataset.file || "chart"}.csv`, new Blob(["\ufeff", rows.join("\r\n")], { type: "text/csv" }));
}
