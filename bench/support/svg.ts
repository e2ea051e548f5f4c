/** Plots as SVG text: groups of bars, and lines on logarithmic axes. Readable on light and dark pages. */

export interface Bars {
  readonly title: string;
  /** What the length of a bar means. */
  readonly axis: string;
  readonly logarithmic: boolean;
  readonly groups: readonly { readonly name: string; readonly bars: readonly Bar[] }[];
}

export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly text: string;
  readonly own: boolean;
}

export interface Lines {
  readonly title: string;
  readonly xAxis: string;
  readonly yAxis: string;
  readonly series: readonly {
    readonly name: string;
    readonly points: readonly { readonly x: number; readonly y: number }[];
  }[];
}

const font = 'font-family="system-ui, sans-serif"';
const colors = ["#0b6bcb", "#c2410c", "#15803d", "#7e22ce", "#a16207", "#be123c"];
const ink = "#24292f";
const pale = "#d0d7de";

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

interface Text {
  readonly anchor?: "start" | "middle" | "end";
  readonly size?: number;
  readonly weight?: number;
  readonly rotate?: boolean;
}

function text(x: number, y: number, content: string, { anchor = "start", size = 12, weight = 400, rotate }: Text = {}) {
  const turned = rotate === true ? ` transform="rotate(-90 ${x} ${y})"` : "";
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" font-size="${size}" font-weight="${weight}" ${font} fill="${ink}"${turned}>${escaped(content)}</text>`;
}

function line(from: readonly [number, number], to: readonly [number, number], color: string, width = 1): string {
  return `<line x1="${round(from[0])}" y1="${round(from[1])}" x2="${round(to[0])}" y2="${round(to[1])}" stroke="${color}" stroke-width="${width}"/>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function page(width: number, height: number, title: string, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text(16, 24, title, { size: 15, weight: 600 }),
    ...parts,
    "</svg>\n",
  ].join("\n");
}

const left = 160;
const barHeight = 15;
const barWidth = 460;

export function drawBars({ title, axis, logarithmic, groups }: Bars): string {
  const values = groups.flatMap(({ bars }) => bars.map(({ value }) => value)).filter((value) => value > 0);
  const scale = makeScale(logarithmic ? Math.min(...values) : 0, Math.max(...values), logarithmic, barWidth);
  const parts: string[] = [];
  let y = 46;
  const top = y;
  for (const { name, bars } of groups) {
    parts.push(text(16, y + 14, name, { weight: 600 }));
    y += 22;
    for (const { label, value, text: shown, own } of bars) {
      const width = Math.max(1, scale.at(value));
      parts.push(
        text(left - 8, y + 11, label, { anchor: "end", weight: own ? 600 : 400 }),
        `<rect x="${left}" y="${round(y)}" width="${round(width)}" height="${barHeight - 3}" rx="2" fill="${own ? colors[0] : "#8c959f"}"/>`,
        text(left + width + 6, y + 11, shown, { size: 11, weight: own ? 600 : 400 }),
      );
      y += barHeight + 2;
    }
    y += 10;
  }
  const grid = scale.ticks.flatMap((tick) => [
    line([left + scale.at(tick), top], [left + scale.at(tick), y], pale),
    text(left + scale.at(tick), y + 16, short(tick), { anchor: "middle", size: 11 }),
  ]);
  const name = text(left + barWidth / 2, y + 36, axis, { anchor: "middle" });
  return page(left + barWidth + 110, y + 50, title, [...grid, ...parts, name]);
}

interface Scale {
  at(value: number): number;
  readonly ticks: readonly number[];
}

function makeScale(low: number, high: number, logarithmic: boolean, length: number): Scale {
  if (!logarithmic) return linearScale(high, length);
  const first = Math.floor(Math.log10(low));
  const last = Math.max(first + 1, Math.ceil(Math.log10(high)));
  const ticks = Array.from({ length: last - first + 1 }, (_, at) => 10 ** (first + at));
  return { at: (value) => ((Math.log10(Math.max(value, 10 ** first)) - first) / (last - first)) * length, ticks };
}

function linearScale(high: number, length: number): Scale {
  const step = [1, 2, 5, 10].map((n) => n * 10 ** Math.floor(Math.log10(high / 4))).find((size) => high / size <= 5);
  const size = step ?? high;
  const ticks = Array.from({ length: Math.floor(high / size) + 1 }, (_, at) => at * size);
  return { at: (value) => (value / high) * length, ticks };
}

function short(value: number): string {
  if (value >= 1e6) return `${round(value / 1e6)}M`;
  if (value >= 1e3) return `${round(value / 1e3)}k`;
  return String(Number(value.toPrecision(3)));
}

export function drawLines({ title, xAxis, yAxis, series }: Lines): string {
  const [width, height, from, bottom] = [520, 300, 80, 350];
  const points = series.flatMap((one) => one.points).filter(({ x, y }) => x > 0 && y > 0);
  const xs = makeScale(Math.min(...points.map(({ x }) => x)), Math.max(...points.map(({ x }) => x)), true, width);
  const ys = makeScale(Math.min(...points.map(({ y }) => y)), Math.max(...points.map(({ y }) => y)), true, height);
  const place = ({ x, y }: { x: number; y: number }): [number, number] => [from + xs.at(x), bottom - ys.at(y)];
  const grid = [
    ...xs.ticks.flatMap((tick) => [
      line([from + xs.at(tick), bottom - height], [from + xs.at(tick), bottom], pale),
      text(from + xs.at(tick), bottom + 18, short(tick), { anchor: "middle", size: 11 }),
    ]),
    ...ys.ticks.flatMap((tick) => [
      line([from, bottom - ys.at(tick)], [from + width, bottom - ys.at(tick)], pale),
      text(from - 8, bottom - ys.at(tick) + 4, short(tick), { anchor: "end", size: 11 }),
    ]),
    text(from + width / 2, bottom + 40, xAxis, { anchor: "middle" }),
    text(22, bottom - height / 2, yAxis, { anchor: "middle", rotate: true }),
  ];
  const drawn = series.flatMap(({ name, points }, at) => {
    const color = colors[at % colors.length] ?? ink;
    const places = points.filter(({ x, y }) => x > 0 && y > 0).map(place);
    const path = places.map(([x, y]) => `${round(x)},${round(y)}`).join(" ");
    const y = bottom - height + 14 + at * 20;
    return [
      `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="2"/>`,
      ...places.map(([x, y]) => `<circle cx="${round(x)}" cy="${round(y)}" r="3" fill="${color}"/>`),
      line([from + width + 16, y], [from + width + 36, y], color, 3),
      text(from + width + 42, y + 4, name),
    ];
  });
  return page(from + width + 300, bottom + 56, title, [...grid, ...drawn]);
}
