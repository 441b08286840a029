/** Tells from an `Authorization` header who sends an HTTP request: a user's JWT, the admin key, or nobody. */
import { NO_IDENTITY, type Identity } from "../functions/identity.ts";
import { checkAdminKey } from "./adminKey.ts";
import { InvalidTokenError, type TokenVerifier } from "./verifyToken.ts";

export type RequestAuth = {
  /** The verifier of the code that is loaded now. */
  verifyToken: TokenVerifier;
  adminKey: string;
};

/**
 * @param header the value of `Authorization`, if any
 * @throws InvalidTokenError if something was presented and is not valid
 * @throws KeysUnavailableError if the provider's keys cannot be had now
 */
export async function requestIdentity(
  header: string | undefined,
  auth: RequestAuth,
): Promise<Identity> {
  if (header === undefined || header === "") return NO_IDENTITY;
  const [scheme = "", credential = ""] = header.split(/\s+(.*)/s, 2);
  switch (scheme.toLowerCase()) {
    case "bearer": {
      const { attributes } = await auth.verifyToken(credential);
      return { kind: "user", attributes };
    }
    case "convex": {
      const claim = checkAdminKey(credential, auth.adminKey);
      if (claim === null) throw new InvalidTokenError("The admin key is not valid");
      return { kind: "admin", ...claim };
    }
    default:
      throw new InvalidTokenError(`Authorization scheme "${scheme}" is not known`);
  }
}
