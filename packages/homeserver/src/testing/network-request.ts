/** A request between two servers of a {@link TestNetwork}. */
export interface NetworkRequest {
  readonly from: string;
  readonly to: string;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly body: string | undefined;
}
