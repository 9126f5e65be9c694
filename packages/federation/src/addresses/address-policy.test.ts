import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createAddressPolicy } from "./address-policy.ts";

const mayConnect = createAddressPolicy();

describe("createAddressPolicy", () => {
  it.each(["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8"])("allows %s", (address) => {
    expect(mayConnect(address)).toBe(true);
  });

  it.each(
    "0.0.0.0 10.0.0.1 100.64.0.1 127.0.0.1 127.255.255.255 169.254.169.254 172.16.0.1 172.31.255.255 192.0.2.1 192.168.1.1 198.18.0.1 224.0.0.1 240.0.0.1 255.255.255.255 :: ::1 fe80::1 fc00::1 fdff::1 ff02::1 ::ffff:10.0.0.1 ::ffff:7f00:1 ::7f00:1 ::808:808 64:ff9b::10.0.0.1 2002:7f00:1::1 2001:db8::1".split(
      " ",
    ),
  )("refuses %s", (address) => {
    expect(mayConnect(address)).toBe(false);
  });

  it.each(["", "localhost", "127.1", "0x7f000001", "017700000001", "8.8.8.8 ", "[2606:4700::1111]", "fe80::1%eth0", "2606:4700::1111%1"])(
    "refuses %j, which is no address",
    (text) => expect(createAddressPolicy({ allow: ["0.0.0.0/0", "::/0"] })(text)).toBe(false),
  );

  it("allows and denies by range, denial first", () => {
    const policy = createAddressPolicy({ allow: ["10.0.0.0/8", "::1"], deny: ["10.9.0.0/16", "8.8.8.0/24"] });
    expect(["10.1.1.1", "::1", "::ffff:10.1.1.1", "1.1.1.1"].map(policy)).toEqual([true, true, true, true]);
    expect(["10.9.1.1", "8.8.8.8", "127.0.0.1", "::ffff:8.8.8.8"].map(policy)).toEqual([false, false, false, false]);
  });

  it.each(["10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "10.0.0.0/8/8", "::/129", "host/8", ""])("refuses the range %j", (range) => {
    expect(() => createAddressPolicy({ allow: [range] })).toThrow(RangeError);
  });

  it("never throws", () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6()), (text) => typeof mayConnect(text) === "boolean"));
  });
});
