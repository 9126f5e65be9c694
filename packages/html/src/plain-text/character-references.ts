/** The names of HTML 4, in the order of their characters: what programs and people write. */
const names: Readonly<Record<string, string>> = {
  // Their semicolon may be missing, as that of `amp`, `lt`, `gt` and `quot`.
  "\u00A0":
    "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml",
  "\u0391": "Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho",
  "\u03A3": "Sigma Tau Upsilon Phi Chi Psi Omega",
  "\u03B1":
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigmaf sigma tau upsilon phi chi psi omega",
};
const others =
  "& amp < lt > gt \" quot ' apos Œ OElig œ oelig Š Scaron š scaron Ÿ Yuml ƒ fnof ˆ circ ˜ tilde ϑ thetasym ϒ upsih ϖ piv \u2002 ensp \u2003 emsp \u2009 thinsp \u200C zwnj \u200D zwj \u200E lrm \u200F rlm – ndash — mdash ‘ lsquo ’ rsquo ‚ sbquo “ ldquo ” rdquo „ bdquo † dagger ‡ Dagger • bull … hellip ‰ permil ′ prime ″ Prime ‹ lsaquo › rsaquo ‾ oline ⁄ frasl € euro ℑ image ℘ weierp ℜ real ™ trade ℵ alefsym ← larr ↑ uarr → rarr ↓ darr ↔ harr ↵ crarr ⇐ lArr ⇑ uArr ⇒ rArr ⇓ dArr ⇔ hArr ∀ forall ∂ part ∃ exist ∅ empty ∇ nabla ∈ isin ∉ notin ∋ ni ∏ prod ∑ sum − minus ∗ lowast √ radic ∝ prop ∞ infin ∠ ang ∧ and ∨ or ∩ cap ∪ cup ∫ int ∴ there4 ∼ sim ≅ cong ≈ asymp ≠ ne ≡ equiv ≤ le ≥ ge ⊂ sub ⊃ sup ⊄ nsub ⊆ sube ⊇ supe ⊕ oplus ⊗ otimes ⊥ perp ⋅ sdot ⌈ lceil ⌉ rceil ⌊ lfloor ⌋ rfloor ⟨ lang ⟩ rang ◊ loz ♠ spades ♣ clubs ♥ hearts ♦ diams";

/** What the numbers of control characters stand for: those of Windows-1252. */
const windows = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ";
const replacement = "\uFFFD";
/** Characters of the longest name whose semicolon may be missing. */
const maxUnended = 6;

const characters = /* @__PURE__ */ readNames();

function readNames(): ReadonlyMap<string, string> {
  const read = new Map<string, string>();
  for (const [first, list] of Object.entries(names))
    for (const [index, name] of list.split(" ").entries()) read.set(name, String.fromCharCode(first.charCodeAt(0) + index));
  const pairs = others.split(" ");
  for (let at = 0; at < pairs.length; at += 2) read.set(pairs[at + 1] ?? "", pairs[at] ?? "");
  return read;
}

/**
 * Decodes numbers and the names of HTML 4; names that HTML has got since stay as they are written. In text some names need no end, whatever follows.
 * @internal
 */
export function decodeCharacterReferences(text: string, where: "text" | "attribute"): string {
  return text.replaceAll(
    /&(?:#(?:[xX]([\da-fA-F]+)|(\d+));?|([a-zA-Z][a-zA-Z\d]*)(;|=?))/g,
    (written: string, hex: string | undefined, decimal: string | undefined, name = "", end = "") => {
      if (hex !== undefined) return fromCode(Number.parseInt(hex, 16));
      if (decimal !== undefined) return fromCode(Number(decimal));
      const character = characters.get(name);
      if (character !== undefined && end === ";") return character;
      const known = where === "text" ? startOf(name) : end === "" && startOf(name) === name ? name : "";
      return known === "" ? written : `${characters.get(known)}${written.slice(known.length + 1)}`;
    },
  );
}

/** The longest start of a name that may lack its semicolon. */
function startOf(name: string): string {
  for (let length = Math.min(name.length, maxUnended); length > 0; length -= 1) {
    const start = name.slice(0, length);
    const character = characters.get(start) ?? "'";
    if (character <= "\u00FF" && character !== "'") return start;
  }
  return "";
}

/** A number that names no character stands for one that says so. */
function fromCode(code: number): string {
  if (code >= 0x80 && code <= 0x9f) return windows[code - 0x80] ?? replacement;
  return code === 0 || code > 0x10_ffff || (code >= 0xd800 && code <= 0xdfff) ? replacement : String.fromCodePoint(code);
}
