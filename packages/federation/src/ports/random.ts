/** A source of random numbers, at least 0 and below 1, as `Math.random`; nothing secret is made of them. */
export type Random = () => number;
