import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** A key and its self-signed certificate, both in PEM. */
export interface TestCertificate {
  readonly key: string;
  readonly cert: string;
}

const SHA256_WITH_ECDSA = sequence(oid([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]));

/** Makes a certificate for DNS names and IPv4 addresses, valid for two days from yesterday on. */
export function makeCertificate(names: readonly string[]): TestCertificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const name = sequence(tagged(0x31, sequence(oid([0x55, 0x04, 0x03]), tagged(0x0c, Buffer.from("test")))));
  const day = 86_400_000;
  const validity = sequence(time(Date.now() - day), time(Date.now() + day));
  const alternatives = sequence(...names.map(alternativeName));
  const isAuthority = sequence(oid([0x55, 0x1d, 0x13]), tagged(0x04, sequence(tagged(0x01, Buffer.from([0xff])))));
  const extensions = sequence(isAuthority, sequence(oid([0x55, 0x1d, 0x11]), tagged(0x04, alternatives)));
  const unsigned = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    SHA256_WITH_ECDSA,
    name,
    validity,
    name,
    publicKey.export({ type: "spki", format: "der" }),
    tagged(0xa3, extensions),
  );
  const signature = sign("sha256", unsigned, privateKey);
  const der = sequence(unsigned, SHA256_WITH_ECDSA, tagged(0x03, Buffer.concat([Buffer.from([0]), signature])));
  return { key: toPem(privateKey), cert: `-----BEGIN CERTIFICATE-----\n${der.toString("base64")}\n-----END CERTIFICATE-----\n` };
}

function toPem(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

function alternativeName(name: string): Buffer {
  return /^[\d.]+$/.test(name) ? tagged(0x87, Buffer.from(name.split(".").map(Number))) : tagged(0x82, Buffer.from(name));
}

function time(ts: number): Buffer {
  return tagged(0x18, Buffer.from(new Date(ts).toISOString().replaceAll(/[-:T]|\.\d+/g, "")));
}

function oid(bytes: readonly number[]): Buffer {
  return tagged(0x06, Buffer.from(bytes));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
