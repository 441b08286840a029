/**
 * How a room knows the tutor's drawing when somebody brings it that it has not heard of: after a crash, or
 * from a companion that was cut off and died, a person's client may be the only one that still has it
 * (rule WB22). Each object that the tutor draws bears an HMAC of itself and its session, by a key that all
 * companions share and nobody else has: whoever changes it in the least, or carries it to another session,
 * makes it a forgery.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { CanvasObject } from "../../convex/contract/boardOps.ts";

export interface TutorSeal {
  /** The object, sealed as it stands; a former seal is replaced. */
  seal(object: CanvasObject): CanvasObject;
  /** Whether the tutor has drawn it, in this session and exactly so. */
  fits(object: CanvasObject): boolean;
}

/** `key`: a secret of 32 bytes or more. */
export function createTutorSeal(key: Uint8Array, sessionId: string): TutorSeal {
  /** Over the object's own order of fields, which Yjs keeps. */
  const sealOf = ({ metadata, ...object }: CanvasObject) => {
    const unsealed = { ...object, metadata: { ...metadata, seal: undefined } };
    return createHmac("sha256", key)
      .update(JSON.stringify([sessionId, unsealed]))
      .digest();
  };
  return {
    seal: (object) => ({
      ...object,
      metadata: { ...object.metadata, seal: sealOf(object).toString("base64url") },
    }),
    fits(object) {
      const seal = object.metadata?.["seal"];
      if (typeof seal !== "string") return false;
      const [claimed, right] = [Buffer.from(seal, "base64url"), sealOf(object)];
      return claimed.byteLength === right.byteLength && timingSafeEqual(claimed, right);
    },
  };
}
