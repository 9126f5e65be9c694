/**
 * For tests of what uses `@patrix/federation`: a clock that stands still, a scripted network, a certificate for a TLS server on
 * Node, and what stores have to do.
 *
 * @packageDocumentation
 */
export { makeCertificate, type TestCertificate } from "./certificate.ts";
export { FakeClock } from "./fake-clock.ts";
export { type FakeAnswer, FakeNetwork, type FakeServer } from "./fake-network.ts";
export { backoffStoreContract, type ContractCase, keyStoreContract } from "./store-contracts.ts";
