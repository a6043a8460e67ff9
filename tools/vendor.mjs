// Refreshes the assets under src/xingke_web/ui/static/vendor and the icon sprite: `node tools/vendor.mjs`.
//
// Node is needed for this alone; what it writes is committed. To raise a version change PACKAGES; to add an icon add its Tabler
// outline name to icons.txt. Nothing in the output points at a source map, because hashed static storage would look for the map.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const PACKAGES = { bootstrap: "5.3.9", "htmx.org": "4.0.1", echarts: "6.1.0", "@tabler/icons": "3.51.0" };
const BUILDERS = { esbuild: "0.28.2", purgecss: "8.0.0" };

const tools = dirname(fileURLToPath(import.meta.url));
const statics = join(tools, "../src/xingke_web/ui/static");
const vendor = join(statics, "vendor");
const licenses = join(vendor, "licenses");
const work = mkdtempSync(join(tmpdir(), "vendor-"));
const from = (...parts) => join(work, "node_modules", ...parts);
const read = (...parts) => readFileSync(from(...parts), "utf8");
const withoutMap = (text) => text.replace(/^\s*\/[/*]# sourceMappingURL=.*$/gm, "").trimEnd() + "\n";

// The classes of Bootstrap that pages may use beside xk.css: the reset, the grid, and these utilities.
const KEEP = [
  /^(row|col|col-auto|container-fluid)$/, /^col(-(md|lg|xl))?(-(auto|\d+))?$/, /^g[xy]?-[0-4]$/, /^order(-(md|lg))?-(first|last|0|1|2)$/,
  /^d(-(md|lg))?-(none|block|inline|inline-block|flex|inline-flex|grid)$/, /^d-print-(none|block)$/,
  /^flex(-(md|lg))?-(row|column|wrap|nowrap|fill|grow-[01]|shrink-[01])$/,
  /^(justify-content|align-items|align-self)-(start|end|center|between|baseline|stretch)$/, /^gap-[0-4]$/,
  /^[mp][tbsexy]?-([0-4]|auto)$/, /^text-(start|center|end|nowrap|truncate|break|wrap)$/, /^fw-(normal|medium|semibold|bold)$/,
  /^(w|h)-(50|100|auto)$/, /^position-(relative|absolute|sticky)$/, /^overflow-(auto|hidden)$/, /^visually-hidden/, /^stretched-link$/,
  /^(vstack|hstack)$/, /^top-0$/, /^user-select-/,
];

const ECHARTS_ENTRY = `
import { use, init, graphic } from "echarts/core";
import { LineChart, BarChart, RadarChart, SankeyChart, ScatterChart, HeatmapChart, CustomChart } from "echarts/charts";
import { GridComponent, TooltipComponent, LegendComponent, RadarComponent, MarkLineComponent, MarkAreaComponent,
  VisualMapComponent, AriaComponent } from "echarts/components";
import { LabelLayout } from "echarts/features";
import { CanvasRenderer } from "echarts/renderers";
use([LineChart, BarChart, RadarChart, SankeyChart, ScatterChart, HeatmapChart, CustomChart, GridComponent, TooltipComponent,
  LegendComponent, RadarComponent, MarkLineComponent, MarkAreaComponent, VisualMapComponent, AriaComponent, LabelLayout,
  CanvasRenderer]);
export { init, graphic };
`;

function fetchPackages() {
  writeFileSync(join(work, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const wanted = Object.entries({ ...PACKAGES, ...BUILDERS }).map(([name, version]) => `${name}@${version}`);
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", ...wanted], { cwd: work, stdio: "inherit" });
  execFileSync("node", [from("esbuild/install.js")], { cwd: from("esbuild") });
}

const esbuild = (...options) => execFileSync(from(".bin/esbuild"), options, { cwd: work, encoding: "utf8", maxBuffer: 1 << 26 });

async function buildBootstrap() {
  const { PurgeCSS } = await import(from("purgecss/lib/purgecss.mjs")).catch(() => import(from("purgecss/lib/purgecss.js")));
  const parts = ["reboot", "grid", "utilities"].map((part) => read("bootstrap/dist/css", `bootstrap-${part}.css`));
  const css = parts.map((part, index) => (index ? part.replace(/:root,\s*\[data-bs-theme=light\] \{[^}]*\}|\[data-bs-theme=dark\] \{[^}]*\}/g, "") : part)).join("\n");
  const classes = [...new Set([...css.matchAll(/\.(-?[_a-z][\w-]*)/gi)].map((match) => match[1]))].filter((name) => KEEP.some((one) => one.test(name)));
  const tags = "html body hr h1 h2 h3 h4 h5 h6 p abbr title address ol ul dl dt dd blockquote b strong small mark sub sup a href class "
    + "pre code kbd samp figure img svg table caption th thead tbody tfoot tr td label button role input select optgroup textarea "
    + "list type hidden fieldset legend output iframe summary progress data-bs-theme light dark disabled button reset submit search";
  const [purged] = await new PurgeCSS().purge({
    content: [{ raw: `${tags} ${classes.join(" ")}`, extension: "html" }],
    css: [{ raw: withoutMap(css) }],
    variables: true,
    fontFace: true,
    keyframes: true,
  });
  writeFileSync(join(work, "bootstrap.css"), purged.css);
  return esbuild("bootstrap.css", "--minify", "--target=chrome100,safari15,firefox115", "--legal-comments=none");
}

function buildSprite() {
  const names = readFileSync(join(tools, "icons.txt"), "utf8").split(/\s+/).filter(Boolean).sort();
  const symbols = names.map((name) => {
    const svg = read("@tabler/icons/icons/outline", `${name}.svg`);
    const body = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/<path stroke="none"[^>]*\/>/, "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${body.replace(/\s*\n\s*/g, "").replace(/ \/>/g, "/>")}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`;
}

function buildEcharts() {
  writeFileSync(join(work, "entry.mjs"), ECHARTS_ENTRY);
  return esbuild("entry.mjs", "--bundle", "--minify", "--format=esm", "--target=es2020", "--legal-comments=none", '--define:process.env.NODE_ENV="production"');
}

function copyLicenses() {
  rmSync(licenses, { recursive: true, force: true });
  mkdirSync(licenses, { recursive: true });
  const texts = { "bootstrap.txt": ["bootstrap/LICENSE"], "htmx.txt": ["htmx.org/LICENSE"], "echarts.txt": ["echarts/LICENSE"],
    "echarts-NOTICE.txt": ["echarts/NOTICE"], "zrender.txt": ["zrender/LICENSE"], "tslib.txt": ["echarts/node_modules/tslib/LICENSE.txt", "tslib/LICENSE.txt"],
    "tabler-icons.txt": ["@tabler/icons/LICENSE"] };
  for (const [name, sources] of Object.entries(texts)) {
    const found = sources.find((source) => { try { return read(source); } catch { return false; } });
    cpSync(from(found), join(licenses, name));
  }
  for (const name of readdirSync(from("echarts/licenses"))) cpSync(from("echarts/licenses", name), join(licenses, `echarts-${name.replace(/^LICENSE-/, "")}.txt`));
}

function entry({ file, name, version, source, license, texts, note }, content) {
  const sha256 = createHash("sha256").update(content).digest("hex");
  return `[[asset]]\nfile = "${file}"\nname = "${name}"\nversion = "${version}"\nsource = "npm:${source}"\nsha256 = "${sha256}"\nlicense = "${license}"\n`
    + `license_texts = [${texts.map((text) => `"${text}"`).join(", ")}]\nnote = "${note}"\n`;
}

fetchPackages();
mkdirSync(vendor, { recursive: true });
mkdirSync(join(statics, "ui"), { recursive: true });
copyLicenses();
const chartTexts = readdirSync(licenses).filter((name) => /^(echarts|zrender|tslib)/.test(name)).sort();
const assets = [
  [{ file: "vendor/bootstrap.min.css", name: "Bootstrap", version: PACKAGES.bootstrap, source: "bootstrap", license: "MIT", texts: ["bootstrap.txt"],
     note: "reset, grid and the utilities that pages use; no components, no JavaScript" }, await buildBootstrap()],
  [{ file: "vendor/htmx.min.js", name: "htmx", version: PACKAGES["htmx.org"], source: "htmx.org", license: "0BSD", texts: ["htmx.txt"],
     note: "unchanged but for the source map comment" }, withoutMap(read("htmx.org/dist/htmx.min.js"))],
  [{ file: "vendor/echarts.esm.min.js", name: "Apache ECharts", version: PACKAGES.echarts, source: "echarts", license: "Apache-2.0 AND BSD-3-Clause AND 0BSD",
     texts: chartTexts, note: "bundle of the charts used: line, bar, radar, sankey, scatter, heat map, custom" }, buildEcharts()],
  [{ file: "ui/icons.svg", name: "Tabler Icons", version: PACKAGES["@tabler/icons"], source: "@tabler/icons", license: "MIT", texts: ["tabler-icons.txt"],
     note: "one sprite of the outline icons used" }, buildSprite()],
];
for (const [about, content] of assets) writeFileSync(join(statics, about.file), content);
const head = "# Third-party files in this folder and the icon sprite beside it. Written by tools/vendor.mjs; a test compares the hashes.\n\n";
writeFileSync(join(vendor, "VENDOR.toml"), head + assets.map(([about, content]) => entry(about, content)).join("\n"));
rmSync(work, { recursive: true, force: true });
