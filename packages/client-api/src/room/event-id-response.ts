import { type Model, model, obj } from "@patrix/api";
import { EventId } from "@patrix/identifiers";

/** Response that names the event which was created. */
export interface EventIdResponse {
  /** The event that was created. */
  event_id: EventId;
}

/** Checks a {@link EventIdResponse}. */
export const EventIdResponse: Model<EventIdResponse> = /* @__PURE__ */ model(() => obj<EventIdResponse>({ event_id: EventId }));
