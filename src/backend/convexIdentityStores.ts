/** Accounts and logins, kept by convex/users. The rules are the functions' own; this only translates. */
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel.js";
import { appErrorDataOf } from "../../convex/contract/errors.ts";
import type { ConvexConnection } from "./convexConnection.ts";

export function createConvexAccountStore(convex: ConvexConnection) {
  const { createGuest, register, findCredential } = api.users.accounts;
  return {
    createGuest: (name: string): Promise<string> => convex.mutation(createGuest, { name }),
    register: ({
      guestId,
      ...account
    }: {
      name: string;
      email: string;
      passwordHash: string;
      guestId?: string;
    }): Promise<string> =>
      convex.mutation(register, {
        ...account,
        ...(guestId === undefined ? {} : { userId: guestId as Id<"users"> }),
      }),
    findCredential: (email: string) => convex.query(findCredential, { email }),
  };
}

export function createConvexLoginStore(convex: ConvexConnection) {
  const { open, rotate, revoke } = api.users.logins;
  return {
    open: (login: {
      userId: string;
      refreshTokenHash: string;
      expiresAt: number;
    }): Promise<string> => convex.mutation(open, { ...login, userId: login.userId as Id<"users"> }),
    rotate: (rotation: {
      refreshTokenHash: string;
      newRefreshTokenHash: string;
      expiresAt: number;
    }) => convex.mutation(rotate, rotation),
    async revoke(loginId: string): Promise<void> {
      await convex.mutation(revoke, { loginId: loginId as Id<"logins"> });
    },
    /** The functions themselves refuse a dead login, so asking one of them in its name tells. */
    async isLive(accessToken: string): Promise<boolean> {
      try {
        await convex.queryAs(accessToken, api.users.profile.me, {});
        return true;
      } catch (error) {
        if (appErrorDataOf(error)?.code === "UNAUTHENTICATED") return false;
        throw error;
      }
    },
  };
}
