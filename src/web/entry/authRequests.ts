/** The gateway's identity routes as functions. Knows nothing of storage or React. */
import { z } from "zod";
import { httpProblem } from "../shell/httpProblem.ts";

const zLoginReply = z.object({
  token: z.string(),
  userId: z.string(),
  expiresAt: z.number(),
  refreshToken: z.string(),
});

export type LoginReply = z.infer<typeof zLoginReply>;

async function post(path: string, body: unknown, token?: string): Promise<Response> {
  const response = await fetch(path, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  if (response.ok) return response;
  throw httpProblem(response.status, await response.json().catch(() => undefined));
}

async function postForLogin(path: string, body: unknown, token?: string): Promise<LoginReply> {
  const response = await post(path, body, token);
  return zLoginReply.parse(await response.json());
}

export function requestGuest(name: string): Promise<LoginReply> {
  return postForLogin("/auth/guest", { name });
}

/** With a guest's token the guest becomes the account and keeps everything. */
export function requestRegister(
  account: { name: string; email: string; password: string },
  guestToken?: string,
): Promise<LoginReply> {
  return postForLogin("/auth/register", account, guestToken);
}

export function requestLogin(email: string, password: string): Promise<LoginReply> {
  return postForLogin("/auth/login", { email, password });
}

export function requestRefresh(refreshToken: string): Promise<LoginReply> {
  return postForLogin("/auth/refresh", { refreshToken });
}

export async function requestLogout(token: string): Promise<void> {
  await post("/auth/logout", {}, token);
}
