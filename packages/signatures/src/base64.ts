const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** @internal Encodes bytes as unpadded base64. */
export function encodeUnpaddedBase64(bytes: Uint8Array): string {
  let text = "";
  for (let index = 0; index < bytes.length; index += 3) {
    const [first = 0, second = 0, third = 0] = [bytes[index], bytes[index + 1], bytes[index + 2]];
    const group = (first << 16) | (second << 8) | third;
    text += alphabet.charAt(group >> 18) + alphabet.charAt((group >> 12) & 63);
    if (index + 1 < bytes.length) text += alphabet.charAt((group >> 6) & 63);
    if (index + 2 < bytes.length) text += alphabet.charAt(group & 63);
  }
  return text;
}
/** @internal */
export function decodeUnpaddedBase64(text: string): Uint8Array {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw new TypeError("not base64");
  const binary = atob(text.replace(/=+$/, ""));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}
/** @internal */
export function isUserId(text: string): boolean {
  return /^@[^:]*:./s.test(text);
}
