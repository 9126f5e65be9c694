// Finds what two shapes disagree about, in both directions.
import type { Shape } from "./shape.ts";

/** Lists the disagreements of our shape with the specification's, each as `place: what`. */
export function compareShapes(ours: Shape, spec: Shape, place: string): string[] {
  if (ours.kind === "object" && spec.kind === "object") {
    const names = new Set([...Object.keys(ours.members), ...Object.keys(spec.members)]);
    const members = [...names].flatMap((name) => {
      const [our, their] = [ours.members[name], spec.members[name]];
      const here = `${place}/${name}`;
      if (!their) return [`${here}: not in the specification`];
      if (!our) return [`${here}: missing`];
      const optional = our.required === their.required ? [] : [`${here}: ${their.required ? "should be required" : "should be optional"}`];
      return [...optional, ...compareShapes(our.shape, their.shape, here)];
    });
    return [...members, ...compareRest(ours.rest, spec.rest, place)];
  }
  if (ours.kind === "array" && spec.kind === "array") return compareShapes(ours.item, spec.item, `${place}/[]`);
  if (ours.kind === "record" && spec.kind === "record") {
    const single = ours.single === spec.single ? [] : [`${place}: ${spec.single ? "one member only" : "any number of members"}`];
    return [...single, ...compareShapes(ours.value, spec.value, `${place}/*`)];
  }
  if (ours.kind === "string" && spec.kind === "string") {
    const [our, their] = [ours.values?.join("|") ?? "", spec.values?.join("|") ?? ""];
    return our === their ? [] : [`${place}: values ${our || "(any)"}, specified ${their || "(any)"}`];
  }
  if (ours.kind === "union" && spec.kind === "union" && ours.options.length === spec.options.length)
    return compareOptions(ours.options, spec.options, place);
  return ours.kind === spec.kind ? [] : [`${place}: ${ours.kind}, specified ${spec.kind}`];
}

function compareRest(ours: Shape | undefined, spec: Shape | undefined, place: string): string[] {
  if (ours && spec) return compareShapes(ours, spec, `${place}/*`);
  return ours || spec ? [`${place}/*: ${spec ? "missing" : "not in the specification"}`] : [];
}

/** Options in any order: each of the specification's is compared with the first of ours that is of its kind. */
function compareOptions(ours: readonly Shape[], spec: readonly Shape[], place: string): string[] {
  return spec.flatMap((option, i) => {
    const alike = ours.find(({ kind }) => kind === option.kind);
    return alike ? compareShapes(alike, option, `${place}|${i}`) : [`${place}|${i}: no ${option.kind}`];
  });
}
