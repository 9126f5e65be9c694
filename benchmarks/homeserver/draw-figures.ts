// Draws figures as bars, one row a figure, for the documentation.
import type { Measurement } from "../benchmark.ts";

const ROW_HEIGHT = 22;
const BAR_LEFT = 360;
const BAR_WIDTH = 260;
const WIDTH = 760;

/** One row of bars: the same figure of each server. */
export interface Bars {
  readonly name: string;
  readonly unit: string;
  readonly values: readonly { readonly server: string; readonly value: number }[];
}

/** Figures of servers that have the same names, side by side. */
export function toBars(servers: readonly { readonly name: string; readonly measurements: readonly Measurement[] }[]): Bars[] {
  const [first] = servers;
  return (first?.measurements ?? []).map(({ name, unit }) => ({
    name,
    unit: unit.split(/[ ;]/, 1)[0] ?? "",
    values: servers.flatMap((server) => {
      const measured = server.measurements.find((other) => other.name === name);
      return measured ? [{ server: server.name, value: measured.value }] : [];
    }),
  }));
}

/** Draws rows of bars as an SVG that follows the colours of the reader. Each row has a scale of its own. */
export function drawBars(title: string, rows: readonly Bars[]): string {
  const lines: string[] = [];
  let y = 56;
  for (const { name, unit, values } of rows) {
    const most = Math.max(...values.map(({ value }) => value), Number.MIN_VALUE);
    lines.push(`<text x="16" y="${y + 15}" class="name">${escapeXml(name)}</text>`);
    for (const [index, { server, value }] of values.entries()) {
      const width = Math.max(1, (value / most) * BAR_WIDTH);
      lines.push(
        `<rect x="${BAR_LEFT}" y="${y + 3}" width="${width.toFixed(1)}" height="${ROW_HEIGHT - 6}" rx="3" class="bar${index}"/>`,
        `<text x="${(BAR_LEFT + width + 8).toFixed(1)}" y="${y + 15}" class="value">${shorten(value)} ${escapeXml(unit)}${values.length > 1 ? ` · ${escapeXml(server)}` : ""}</text>`,
      );
      y += ROW_HEIGHT;
    }
    y += 6;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 12}" role="img" aria-label="${escapeXml(title)}">
<style>
text { font: 12px system-ui, sans-serif; fill: #1f2328; } .title { font-size: 15px; font-weight: 600; } .value { fill: #59636e; }
.bar0 { fill: #0b6e4f; } .bar1 { fill: #9aa7b4; } .bar2 { fill: #c9a227; } .bar3 { fill: #8a4f7d; }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3; } .value { fill: #9198a1; } .bar0 { fill: #3fb98a; } }
</style>
<text x="16" y="30" class="title">${escapeXml(title)}</text>
${lines.join("\n")}
</svg>
`;
}

function shorten(value: number): string {
  if (value >= 1_000) return Math.round(value).toLocaleString("en");
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
