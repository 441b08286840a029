/** The login as React sees it, and in the form that ConvexProviderWithAuth asks for. */
import { useCallback, useMemo, useSyncExternalStore } from "react";
import { forgetBoards } from "../board/link/boardStorage.ts";
import { requestLogout } from "./authRequests.ts";
import { freshToken, onLoginChange, readLogin, saveLogin, type Login } from "./loginStore.ts";

export function useLogin(): Login | undefined {
  return useSyncExternalStore(onLoginChange, readLogin);
}

/** Depends on who is signed in, not on the token: a rotation must not restart the connection. */
export function useConvexIdentity() {
  const userId = useLogin()?.userId;
  const fetchAccessToken = useCallback(
    async ({ forceRefreshToken }: { forceRefreshToken: boolean }) =>
      userId === undefined ? null : await freshToken(forceRefreshToken),
    [userId],
  );
  return useMemo(
    () => ({ isLoading: false, isAuthenticated: userId !== undefined, fetchAccessToken }),
    [userId, fetchAccessToken],
  );
}

/**
 * Signs out here at once, and at the server if it can be reached: an unreachable server must not
 * keep anybody signed in on a shared computer. Local copies of boards go too.
 */
export async function signOut(): Promise<void> {
  const token = readLogin()?.token;
  saveLogin(undefined);
  await forgetBoards();
  if (token) await requestLogout(token).catch(() => undefined); // the token expires by itself
}
