// Draws the charts that Python describes as data (xingke_web/ui/charts.py): theme, number formats, and one function for each kind.

const MISSING = "—";
/** @type {Map<Element, {chart: any, options: any}>} */
const drawn = new Map();
/** @type {Record<string, string>} */
let words = {};
/** @type {any} */
let echarts;

// Theme

const ALIASES = { "tier-value": "--xk-gold", "tier-potential": "--xk-brand", "tier-base": "--xk-slate", "tier-dormant": "--xk-s6", good: "--xk-ok-bar", bad: "--xk-bad-bar", warn: "--xk-warn-bar" };

/** The colours of the page as it is now. */
function palette() {
  const style = getComputedStyle(document.documentElement);
  const read = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  const series = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => read(`--xk-s${number}`));
  return {
    series, text: read("--xk-text"), text2: read("--xk-text-2"), line: read("--xk-line"), surface: read("--xk-surface"), gold: read("--xk-gold"),
    warn: read("--xk-warn"), slate: read("--xk-slate"), bad: read("--xk-bad-bar"), brand: read("--xk-brand"), font: read("--xk-font"),
    /** @param {string} name @param {number} index */
    of(name, index) {
      if (name.startsWith("series-")) return series[(Number(name.slice(7)) - 1) % 8];
      const token = ALIASES[/** @type {keyof typeof ALIASES} */ (name)];
      return token ? read(token) : series[index % 8];
    },
  };
}

// Number formats, under the names of xingke_web/ui/numbers.py

const CURRENCY_ZH = { CNY: "元", USD: "美元", EUR: "欧元", HKD: "港元", JPY: "日元", GBP: "英镑" };
const CURRENCY_SIGN = { CNY: "¥", USD: "$", EUR: "€", HKD: "HK$", JPY: "¥", GBP: "£" };

/** Round half away from zero as Python's Decimal does with the shortest text of the number. @param {number} value @param {number} digits */
function fixed(value, digits) {
  const size = Math.abs(value);
  const rounded = size >= 1e21 ? size : Number(`${Math.round(Number(`${size}e${digits}`))}e-${digits}`);
  const text = (Number.isFinite(rounded) ? rounded : size).toLocaleString("zh-CN", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return (value < 0 && /[1-9]/.test(text) ? "−" : "") + text;
}

/** @param {number} value @param {number} plain */
function scaled(value, plain) {
  const size = Math.abs(value);
  const sign = value < 0 ? "−" : "";
  if (Number(fixed(size, plain).replace(/,/g, "")) < 1e4) return fixed(value, plain);
  if (words.language !== "en") {
    const wan = size / 1e4;
    const digits = Number(wan.toFixed(2)) < 100 ? 2 : 1;
    if (Number(wan.toFixed(digits)) < 1e4) return `${sign}${fixed(wan, digits)} 万`;
    return `${sign}${fixed(size / 1e8, Number((size / 1e8).toFixed(2)) < 100 ? 2 : 1)} 亿`;
  }
  for (const [divisor, suffix] of /** @type {[number, string][]} */ ([[1e3, "K"], [1e6, "M"], [1e9, "B"]])) {
    const part = size / divisor;
    const digits = Number(part.toFixed(2)) < 10 ? 2 : Number(part.toFixed(1)) < 100 ? 1 : 0;
    if (Number(part.toFixed(digits)) < 1000 || suffix === "B") return `${sign}${fixed(part, digits)}${suffix}`;
  }
  return "";
}

/** @param {number} value */
const signed = (value, digits = 0) => (value > 0 && /[1-9]/.test(fixed(value, digits)) ? "+" : "") + fixed(value, digits);

/** @param {number} value @param {string} currency */
function money(value, currency, detail = false) {
  const text = detail ? fixed(value, 2) : scaled(value, 0);
  if (words.language === "en") {
    const sign = CURRENCY_SIGN[/** @type {keyof typeof CURRENCY_SIGN} */ (currency)] || `${currency} `;
    return text.startsWith("−") ? `−${sign}${text.slice(1)}` : sign + text;
  }
  const unit = CURRENCY_ZH[/** @type {keyof typeof CURRENCY_ZH} */ (currency)] || currency;
  return /[万亿]$/.test(text) ? text + unit : `${text} ${unit}`;
}

/** @type {Record<string, (value: number, currency: string) => string>} */
const FORMATS = {
  count: (value) => scaled(value, Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2),
  integer: (value) => fixed(value, 0),
  decimal1: (value) => fixed(value, 1),
  decimal2: (value) => fixed(value, 2),
  percent: (value) => `${fixed(Number(`${value}e2`) || value * 100, 1)}%`,
  points: (value) => `${signed(value * 100, 1)} ${words.language === "en" ? "pp" : "个百分点"}`,
  change: (value) => `${signed(value * 100, 1)}%`,
  ratio: (value) => `1 : ${fixed(value, 2)}`,
  money: (value, currency) => money(value, currency),
  money_detail: (value, currency) => money(value, currency, true),
};

/** @param {string} name @param {number | null | undefined} value @param {string} [currency] */
export function format(name, value, currency = "CNY") {
  return value === null || value === undefined || !Number.isFinite(value) ? MISSING : (FORMATS[name] || FORMATS.count)(value, currency);
}

/** Axis labels keep the step readable: no more decimals than the step has. @param {string} name @param {string} currency */
function axisFormat(name, currency) {
  return (/** @type {number} */ value) => {
    if (name === "percent") return `${Number((value * 100).toFixed(1))}%`;
    if (value === 0) return "0";
    if (Math.abs(value) < 1e4) return value.toLocaleString("zh-CN", { maximumFractionDigits: 2 }).replace("-", "−");
    if (words.language === "en") return (name.startsWith("money") ? money(value, currency) : scaled(value, 0)).replace(/\.0+(?=[KMB])/, "");
    const [part, unit] = Math.abs(value) >= 1e8 ? [value / 1e8, " 亿"] : [value / 1e4, " 万"];
    return part.toLocaleString("zh-CN", { maximumFractionDigits: 2 }).replace("-", "−") + unit;
  };
}

// Pieces shared by the kinds

/** @param {any} colours */
const tooltip = (colours) => ({
  renderMode: "richText", confine: true, backgroundColor: colours.surface, borderColor: colours.line, borderWidth: 1, padding: [8, 12],
  textStyle: { color: colours.text, fontSize: 12, fontFamily: colours.font }, shadowBlur: 12, shadowColor: "rgba(16,30,54,.14)", transitionDuration: 0,
});

/** @param {any} colours */
const axisText = (colours) => ({ color: colours.text2, fontSize: 11, fontFamily: colours.font });

/** @param {any} options @param {any} colours */
function valueAxis(options, colours) {
  return {
    type: "value", scale: options.kind === "line" && !options.fromZero, name: options.unit || "", nameGap: 10, splitNumber: 4,
    nameTextStyle: { ...axisText(colours), align: options.horizontal ? "left" : "center" },
    axisLabel: { ...axisText(colours), formatter: axisFormat(options.format, options.currency) }, splitLine: { lineStyle: { color: colours.line } },
  };
}

/** @param {any} options @param {any} colours */
const categoryAxis = (options, colours) => ({
  type: "category", data: options.x, axisTick: { show: false }, axisLine: { lineStyle: { color: colours.line } },
  axisLabel: { ...axisText(colours), hideOverlap: true },
});

/** @param {any} colours @param {any[]} series */
const legend = (colours, series) => ({
  show: series.length > 1, right: 4, top: 0, itemWidth: 14, itemHeight: 3, icon: "roundRect", itemGap: 14,
  textStyle: { color: colours.text2, fontSize: 12, fontFamily: colours.font }, data: series.map((one) => one.name),
});

/** @param {any} options */
function axisTooltip(options) {
  return (/** @type {any[]} */ marks) => {
    const index = marks[0].dataIndex;
    const lines = options.series
      .filter((/** @type {any} */ one) => one.values[index] !== null)
      .map((/** @type {any} */ one) => {
        const band = one.band?.[index];
        const range = band && band[0] !== band[1] ? `（${format(options.format, band[0], options.currency)}–${format(options.format, band[1], options.currency)}）` : "";
        return `${one.name}  ${format(options.format, one.values[index], options.currency)}${range}`;
      });
    return [options.x[index], ...lines].join("\n");
  };
}

// Kinds

/** @param {any} options @param {any} colours */
function line(options, colours) {
  // A name beside the mark of today moves up a line, so that the two never lie on each other on a phone.
  const nearToday = (/** @type {any} */ shade) => options.today && Math.abs(options.x.indexOf(options.today) - (options.x.indexOf(shade.from) + options.x.indexOf(shade.to)) / 2) < options.x.length * 0.25;
  const shades = {
    silent: true, itemStyle: { color: colours.gold, opacity: 0.12 }, label: { color: colours.warn, fontSize: 11, position: "top" },
    data: options.shades.map((/** @type {any} */ one) => [{ name: one.label, xAxis: one.from, label: { offset: [0, nearToday(one) ? -14 : 0] } }, { xAxis: one.to }]),
  };
  const today = {
    silent: true, symbol: "none", lineStyle: { color: colours.text2, type: "solid", width: 1 },
    label: { formatter: words.today, color: colours.text2, fontSize: 11 }, data: options.today ? [{ xAxis: options.today }] : [],
  };
  const series = options.series.flatMap((/** @type {any} */ one, /** @type {number} */ index) => {
    const colour = colours.of(one.colour || `series-${one.style === "forecast" ? Math.max(1, index) : index + 1}`, index);
    const main = {
      type: "line", name: one.name, data: one.values, symbol: "none", itemStyle: { color: colour, opacity: one.style === "forecast" ? 0.7 : 1 },
      lineStyle: { color: colour, width: 2, type: one.style === "forecast" ? [4, 4] : one.style === "reference" ? [2, 3] : "solid" }, z: 3,
      ...(index === 0 ? { markArea: shades, markLine: today } : {}),
    };
    if (!one.band) return [main];
    const base = { type: "line", silent: true, symbol: "none", stack: `band-${index}`, stackStrategy: "all", lineStyle: { opacity: 0 }, tooltip: { show: false }, z: 1 };
    return [
      { ...base, data: one.band.map((/** @type {any} */ ends) => ends?.[0] ?? null) },
      { ...base, data: one.band.map((/** @type {any} */ ends) => (ends ? ends[1] - ends[0] : null)), areaStyle: { color: colour, opacity: 0.16 } },
      main,
    ];
  });
  return {
    legend: legend(colours, options.series), tooltip: { ...tooltip(colours), trigger: "axis", formatter: axisTooltip(options) },
    grid: { left: 4, right: 14, top: options.shades.length ? (options.today ? 62 : 48) : options.today ? 52 : 34, bottom: 2, containLabel: true },
    xAxis: { ...categoryAxis(options, colours), boundaryGap: false }, yAxis: valueAxis(options, colours), series,
  };
}

/** @param {any} colours */
function hatch(colours) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8;
  const pen = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d"));
  pen.fillStyle = `${colours.gold}33`;
  pen.fillRect(0, 0, 8, 8);
  pen.strokeStyle = colours.gold;
  pen.lineWidth = 2;
  for (const shift of [-8, 0, 8]) { pen.beginPath(); pen.moveTo(shift - 1, 9); pen.lineTo(shift + 9, -1); pen.stroke(); }
  return { image: tile, repeat: "repeat" };
}

/** @param {any} options @param {any} colours */
function bar(options, colours) {
  const hatched = new Set(options.hatched);
  const single = options.series.length === 1;
  const series = options.series.map((/** @type {any} */ one, /** @type {number} */ index) => {
    const colour = colours.of(one.colour || `series-${index + 1}`, index);
    return {
      type: "bar", name: one.name, stack: options.stacked ? "all" : undefined, barMaxWidth: options.horizontal ? 16 : 26, itemStyle: { color: colour },
      data: one.values.map((/** @type {number} */ value, /** @type {number} */ at) => {
        const name = options.x[at];
        const mark = options.marked[name];
        const fill = hatched.has(name) ? hatch(colours) : mark ? colours.of(mark, 0) : colour;
        return { value, itemStyle: { color: fill, borderRadius: options.stacked ? 0 : options.horizontal ? [0, 3, 3, 0] : [3, 3, 0, 0] } };
      }),
      label: {
        show: options.horizontal && single, position: "right", color: colours.text, fontSize: 12, fontFamily: colours.font,
        formatter: (/** @type {any} */ mark) => format(options.format, mark.value, options.currency),
      },
      ...(index === 0 && options.reference !== null ? { markLine: {
        silent: true, symbol: "none", lineStyle: { color: colours.text2, type: [4, 3] },
        label: { formatter: `${options.referenceLabel}\n${format(options.format, options.reference, options.currency)}`, color: colours.text2, fontSize: 11 },
        data: [options.horizontal ? { xAxis: options.reference } : { yAxis: options.reference }],
      } } : {}),
    };
  });
  const category = categoryAxis(options, colours);
  const value = valueAxis(options, colours);
  return {
    legend: legend(colours, options.series), tooltip: { ...tooltip(colours), trigger: "axis", axisPointer: { type: "none" }, formatter: axisTooltip(options) },
    grid: { left: 4, right: options.reference !== null || options.horizontal ? 62 : 10, top: options.horizontal ? (single ? 6 : 28) : 34, bottom: 2, containLabel: true },
    xAxis: options.horizontal ? { ...value, name: "", max: options.stacked ? undefined : "dataMax", splitLine: { show: false }, axisLabel: { show: false } } : category,
    yAxis: options.horizontal ? { ...category, inverse: true, axisLine: { show: false }, axisLabel: { ...category.axisLabel, color: colours.text, fontSize: 12 } } : value,
    series,
  };
}

/** @param {any} options @param {any} colours */
function radar(options, colours) {
  const [first, second] = options.series;
  const say = (/** @type {number} */ value) => format(options.format, value);
  const names = options.x.map((/** @type {string} */ name, /** @type {number} */ index) => ({
    max: options.highest, name: `${name}\n{own|${say(first.values[index])}}${second ? `{peer| / ${say(second.values[index])}}` : ""}`,
  }));
  const dashes = ["solid", [6, 4], [2, 2]];
  const tones = ["series-1", "tier-base", "series-2"];
  return {
    legend: { ...legend(colours, options.series), right: "center", top: "auto", bottom: 0, itemGap: 10, itemWidth: 12 },
    tooltip: { ...tooltip(colours), trigger: "item" },
    radar: {
      indicator: names, radius: "52%", center: ["50%", "45%"], splitNumber: 4, axisNameGap: 8,
      axisName: { color: colours.text, fontSize: 12, lineHeight: 16, fontFamily: colours.font, rich: { own: { color: colours.brand, fontWeight: 600, fontSize: 13 }, peer: { color: colours.text2, fontSize: 11 } } },
      splitArea: { show: false }, splitLine: { lineStyle: { color: colours.line } }, axisLine: { lineStyle: { color: colours.line } },
    },
    series: options.series.map((/** @type {any} */ one, /** @type {number} */ index) => {
      const colour = colours.of(one.colour || tones[index % 3], index);
      return {
        type: "radar", name: one.name, itemStyle: { color: colour }, symbol: index ? "none" : "circle", symbolSize: 5,
        data: [{ value: one.values, name: one.name, lineStyle: { color: colour, width: index ? 1.5 : 2, type: dashes[index % 3] }, areaStyle: { color: colour, opacity: index ? 0 : 0.12 } }],
      };
    }),
  };
}

/** @param {any} options @param {any} colours */
function sankey(options, colours) {
  const side = (/** @type {any} */ node, /** @type {string} */ prefix, /** @type {number} */ index) => ({
    name: `${prefix}:${node.key}`, depth: prefix === "a" ? 0 : 1, itemStyle: { color: colours.of(node.colour, index) },
    label: { formatter: `${node.label}  ${format("integer", prefix === "a" ? node.before : node.after)}` },
  });
  const used = (/** @type {string} */ prefix) => options.nodes.filter((/** @type {any} */ node) => node[prefix === "a" ? "before" : "after"] > 0);
  const names = new Map(options.nodes.map((/** @type {any} */ node) => [node.key, node.label]));
  const width = (/** @type {string} */ text) => [...text].reduce((sum, letter) => sum + (letter > "\u2e80" ? 12.5 : 7), 0);
  const room = Math.max(...options.nodes.map((/** @type {any} */ node) => width(`${node.label}  ${format("integer", node.after)}`)));
  return {
    tooltip: {
      ...tooltip(colours), trigger: "item",
      formatter: (/** @type {any} */ mark) => {
        const flow = mark.data.flow;
        if (!flow) return "";
        return `${names.get(flow.from)} → ${names.get(flow.to)}\n${format("integer", flow.value)}${options.unit}  ${format("percent", flow.share)}`;
      },
    },
    series: [{
      type: "sankey", left: 4, right: room + 8, top: 6, bottom: 6, nodeWidth: 12, nodeGap: 14, layoutIterations: 0, draggable: false, emphasis: { focus: "adjacency" },
      label: { color: colours.text, fontSize: 12, fontFamily: colours.font, position: "right" }, lineStyle: { color: "source", opacity: 0.25, curveness: 0.5 },
      data: [...used("a").map((/** @type {any} */ node, /** @type {number} */ index) => side(node, "a", index)), ...used("b").map((/** @type {any} */ node, /** @type {number} */ index) => side(node, "b", index))],
      links: options.flows.map((/** @type {any} */ flow) => ({ source: `a:${flow.from}`, target: `b:${flow.to}`, value: flow.value, flow, url: flow.url })),
    }],
  };
}

/** @param {string} hex @returns {number[]} */
const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

/** Cool and light below the middle, the brand's blue at the top. @param {number} share */
function tileColour(share) {
  const stops = ["#f3e0c4", "#dfe6f4", "#9bb8f2", "#5a8ae8", "#2a63d6"].map(channels);
  const place = Math.max(0, Math.min(1, share)) * (stops.length - 1);
  const from = Math.min(Math.floor(place), stops.length - 2);
  const mixed = stops[from].map((part, index) => Math.round(part + (stops[from + 1][index] - part) * (place - from)));
  return { fill: `rgb(${mixed.join(",")})`, text: share > 0.78 ? "#fff" : "#14213a" };
}

/** @param {any} options @param {any} colours */
function tiles(options, colours) {
  const across = Math.max(...options.tiles.map((/** @type {any} */ tile) => tile.column)) + 1;
  const down = Math.max(...options.tiles.map((/** @type {any} */ tile) => tile.row)) + 1;
  const draw = (/** @type {any} */ params, /** @type {any} */ api) => {
    const tile = options.tiles[params.dataIndex];
    const gap = 5;
    const width = Math.min((api.getWidth() - 8) / across, 120);
    const height = Math.min((api.getHeight() - 8) / down, 68);
    const left = (api.getWidth() - width * across) / 2 + tile.column * width;
    const top = (api.getHeight() - height * down) / 2 + tile.row * height;
    const share = tile.value === null ? 0 : (tile.value - options.low) / (options.high - options.low || 1);
    const look = tileColour(share);
    const alert = options.alertBelow !== null && tile.value !== null && tile.value < options.alertBelow;
    const text = (/** @type {string} */ said, /** @type {number} */ at, /** @type {number} */ weight) => ({
      type: "text", style: { text: said, x: left + width / 2, y: top + height * at, fill: look.text, fontSize: weight > 500 ? 13 : 12, fontWeight: weight, fontFamily: colours.font, align: "center", verticalAlign: "middle", width: width - gap - 4, overflow: "truncate" },
    });
    return {
      type: "group",
      children: [
        { type: "rect", shape: { x: left + gap / 2, y: top + gap / 2, width: width - gap, height: height - gap, r: 5 }, style: { fill: look.fill, stroke: alert ? colours.bad : "none", lineWidth: alert ? 2 : 0 } },
        text(tile.label, 0.34, 400), text(format(options.format, tile.value), 0.68, 600),
      ],
    };
  };
  return {
    tooltip: { ...tooltip(colours), trigger: "item", formatter: (/** @type {any} */ mark) => { const tile = options.tiles[mark.dataIndex]; return `${tile.label}  ${format(options.format, tile.value)}`; } },
    series: [{ type: "custom", coordinateSystem: "none", renderItem: draw, data: options.tiles.map((/** @type {any} */ tile) => ({ value: tile.value, url: tile.url })) }],
  };
}

/** @param {any} options @param {any} colours */
function histogram(options, colours) {
  const edge = (/** @type {number} */ value) => format(options.edgeFormat, value);
  const first = options.edges[0];
  const last = options.edges[options.edges.length - 1];
  return {
    tooltip: { ...tooltip(colours), trigger: "item", formatter: (/** @type {any} */ mark) => `${options.x[mark.dataIndex]}\n${format("integer", options.counts[mark.dataIndex])}` },
    grid: { left: 4, right: 14, top: options.marks.length ? 30 : 14, bottom: 2, containLabel: true },
    xAxis: { type: "value", min: first, max: last, splitLine: { show: false }, axisLine: { lineStyle: { color: colours.line } }, axisLabel: { ...axisText(colours), formatter: edge } },
    yAxis: valueAxis(options, colours),
    series: [{
      type: "custom", dimensions: ["from", "to", "count"], encode: { x: [0, 1], y: 2 }, itemStyle: { color: colours.series[0] },
      data: options.counts.map((/** @type {number} */ count, /** @type {number} */ index) => [options.edges[index], options.edges[index + 1], count]),
      renderItem: (/** @type {any} */ params, /** @type {any} */ api) => {
        const top = api.coord([api.value(0), api.value(2)]);
        const foot = api.coord([api.value(1), 0]);
        return { type: "rect", shape: { x: top[0] + 1, y: top[1], width: Math.max(1, foot[0] - top[0] - 2), height: foot[1] - top[1], r: [2, 2, 0, 0] }, style: { fill: colours.series[0] } };
      },
      markLine: { silent: true, symbol: "none", lineStyle: { color: colours.text2, type: [4, 3] }, label: { color: colours.text2, fontSize: 11, formatter: "{b}" }, data: options.marks.map((/** @type {any} */ mark) => ({ name: mark.label, xAxis: mark.at })) },
    }],
  };
}

/** @type {Record<string, (options: any, colours: any) => any>} */
const KINDS = { line, bar, radar, sankey, tiles, histogram };

// Drawing

/** @param {Element} element */
function render(element) {
  const entry = drawn.get(element);
  if (!entry) return;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const colours = palette();
  entry.chart.setOption({ animation: !still, animationDuration: 200, textStyle: { fontFamily: colours.font }, ...KINDS[entry.options.kind](entry.options, colours) }, true);
}

/** Draw one chart; called when it nears the view. @param {HTMLElement} element @param {Record<string, string>} catalogue @param {string} library */
export async function draw(element, catalogue, library) {
  words = catalogue;
  echarts ??= await import(library);
  const data = document.getElementById(element.dataset.chart || "");
  if (!data || drawn.has(element)) return;
  for (const known of drawn.keys()) {
    if (!known.isConnected) { drawn.get(known)?.chart.dispose(); drawn.delete(known); }
  }
  const chart = echarts.init(element, null, { renderer: "canvas" });
  drawn.set(element, { chart, options: JSON.parse(data.textContent || "{}") });
  chart.on("click", (/** @type {any} */ mark) => { if (mark.data?.url) location.assign(mark.data.url); });
  new ResizeObserver(() => chart.resize()).observe(element);
  render(element);
}

/** @param {HTMLElement} card @param {(name: string, blob: Blob) => void} save */
export function savePng(card, save) {
  const element = card.querySelector("[data-chart]");
  const entry = element && drawn.get(element);
  if (!entry) return;
  const url = entry.chart.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: palette().surface });
  const bytes = Uint8Array.from(atob(url.split(",")[1]), (letter) => letter.charCodeAt(0));
  save(`${card.dataset.file || "chart"}.png`, new Blob([bytes], { type: "image/png" }));
}

document.addEventListener("xk:theme", () => { for (const element of drawn.keys()) render(element); });
document.addEventListener("xk:resize", () => { for (const { chart } of drawn.values()) chart.resize(); });
