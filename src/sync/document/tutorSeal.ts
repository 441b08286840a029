/**
 * How a room knows the tutor's drawing when somebody brings it that it has not heard of: after a crash, or
 * from a companion that was cut off and died, a person's client may be the only one that still has it
 * (rule WB22). Each object that the tutor draws bears an HMAC of itself and its session, by a key that all
 * companions share and nobody else has: whoever changes it in the least, or carries it to another session,
 * makes it a forgery.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { CanvasObject } from "../../../convex/contract/boardOps.ts";

export class TutorSeal {
  readonly #key: Uint8Array;
  readonly #sessionId: string;

  /** `key`: a secret of 32 bytes or more. */
  constructor(key: Uint8Array, sessionId: string) {
    this.#key = key;
    this.#sessionId = sessionId;
  }

  /** The object, sealed as it stands; a former seal is replaced. */
  seal(object: CanvasObject): CanvasObject {
    const seal = this.#sealOf(object).toString("base64url");
    return { ...object, metadata: { ...object.metadata, seal } };
  }

  /** Whether the tutor has drawn it, in this session and exactly so. */
  fits(object: CanvasObject): boolean {
    const seal = object.metadata?.["seal"];
    if (typeof seal !== "string") return false;
    const [claimed, right] = [Buffer.from(seal, "base64url"), this.#sealOf(object)];
    return claimed.byteLength === right.byteLength && timingSafeEqual(claimed, right);
  }

  /** Over the object's own order of fields, which Yjs keeps. */
  #sealOf({ metadata, ...object }: CanvasObject): Buffer {
    const unsealed = { ...object, metadata: { ...metadata, seal: undefined } };
    return createHmac("sha256", this.#key)
      .update(JSON.stringify([this.#sessionId, unsealed]))
      .digest();
  }
}
