// Sources import `./x.ts`, and `tsc` copies that into declarations. What is published names the files that exist: `./x.js`.

const RELATIVE_TS = /(\bfrom\s*|\bimport\s*\(?\s*|\bdeclare\s+module\s+)(["'])(\.{1,2}\/[^"'\n]*)\.ts\2/g;

/** Replaces the ending `.ts` of relative module specifiers with `.js`. The length stays, so declaration maps stay right. */
export function rewriteSpecifiers(declaration: string): string {
  return declaration.replaceAll(RELATIVE_TS, (whole: string, before: string, quote: string, path: string) =>
    path.endsWith(".d") ? whole : `${before}${quote}${path}.js${quote}`,
  );
}
