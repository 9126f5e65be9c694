import type { AuthScheme } from "./auth-scheme.ts";
import type { DocumentedResponse } from "../errors/error-body.ts";
import type { Model } from "../model/model.ts";
import type { PathHistory } from "./path-history.ts";

/** What is known of an endpoint besides its request and response. */
export interface EndpointMetadata {
  /** The specification's operation ID, or a name of the same form. */
  readonly id: string;
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  readonly auth: AuthScheme;
  /** Whether the specification says that servers should limit its rate. */
  readonly rateLimited: boolean;
  readonly history: PathHistory;
  /** Whether it may ask for User-Interactive Authentication, with a 401 response. */
  readonly uia?: boolean | undefined;
  /** Whether older clients send its body as a form, `application/x-www-form-urlencoded`. */
  readonly formBody?: boolean | undefined;
  /** The success statuses, 200 if left out. The first is the usual one. */
  readonly statuses?: readonly number[] | undefined;
  /** Documented responses of other statuses; `4XX` stands for every status of its hundred. */
  readonly errors?: Readonly<Record<string, DocumentedResponse>> | undefined;
}

/** The models of an endpoint, whatever its types. */
export interface EndpointModels {
  readonly path?: Model<unknown> | undefined;
  readonly query?: Model<unknown> | undefined;
  readonly headers?: Model<unknown> | undefined;
  readonly body?: Model<unknown> | undefined;
  readonly response: Model<unknown>;
}
