import { createAddressPolicy } from "@patrix/federation";
import { describe, expect, it } from "vitest";
import { lookUpAllowed, requireAllowedHost } from "./allowed-addresses.ts";

const isAllowed = createAddressPolicy();
const addresses = [
  { address: "10.0.0.1", family: 4 },
  { address: "8.8.8.8", family: 4 },
  { address: "::1", family: 6 },
  { address: "2606:4700::1111", family: 6 },
];

const look = (found: typeof addresses | Error, all: boolean) =>
  new Promise((resolve) => {
    const lookUp = lookUpAllowed(isAllowed, () => (found instanceof Error ? Promise.reject(found) : Promise.resolve(found)));
    lookUp("name.example", { all }, (error, address, family) => resolve(error ?? [address, family]));
  });

describe("a look-up", () => {
  it("gives the addresses that may be connected to, or one of them", async () => {
    expect(await look(addresses, true)).toEqual([[addresses[1], addresses[3]], undefined]);
    expect(await look(addresses, false)).toEqual(["8.8.8.8", 4]);
  });

  it("fails where there are none, or none that may be", async () => {
    for (const all of [true, false]) {
      for (const none of [[], addresses.slice(0, 1)]) expect(await look(none, all)).toMatchObject({ code: "ADDRESS_NOT_ALLOWED" });
      const failure = new Error("no such name");
      expect(await look(failure, all)).toBe(failure);
    }
  });
});

describe("a host", () => {
  it("that is an address must be one that may be connected to; a name is looked up later", () => {
    for (const host of ["8.8.8.8", "[2606:4700::1111]", "localhost", "name.example"])
      requireAllowedHost(new URL(`http://${host}`), isAllowed);
    for (const host of ["10.0.0.1", "[::1]", "0x7f.1"])
      expect(() => requireAllowedHost(new URL(`http://${host}`), isAllowed)).toThrow("is no address that this server connects to");
  });
});
