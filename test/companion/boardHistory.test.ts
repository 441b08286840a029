import { expect, it } from "vitest";
import { MEMBER, startTestGateway } from "../support/testGateway.ts";

const ROUTES = [
  { path: "board/versions", body: { label: "Before" }, ok: 201, answer: { versionId: "version" } },
  {
    path: "board/restorations",
    body: { versionId: "v1" },
    ok: 200,
    answer: { beforeId: "before", changed: 1 },
  },
];

it.each(ROUTES)("[BH8] $path is for those who may, in active sessions", async (route) => {
  const gateway = await startTestGateway();
  const ada = await gateway.guest();
  const post = (token: string | undefined, body: unknown = route.body) =>
    fetch(`${gateway.url}/sessions/s1/${route.path}`, {
      method: "POST",
      headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
  expect((await post(undefined)).status).toBe(401);
  expect((await post("forged")).status).toBe(401);
  expect((await post(ada.token)).status).toBe(404);
  const roles = { owner: true, teacher: true, student: route.ok === 201, observer: false };
  for (const [role, may] of Object.entries(roles)) {
    gateway.allow("s1", ada.userId, { ...MEMBER, role: role as keyof typeof roles });
    const answer = await post(ada.token);
    expect(answer.status, role).toBe(may ? route.ok : 403);
    if (may) expect(await answer.json()).toEqual(route.answer);
  }
  gateway.allow("s1", ada.userId, { ...MEMBER, role: "owner", sessionState: "ended" });
  expect((await post(ada.token)).status).toBe(409);
  gateway.allow("s1", ada.userId, { ...MEMBER, role: "owner" });
  for (const body of [
    {},
    { label: " ", versionId: "" },
    { label: "x".repeat(121) },
    "text",
    null,
  ]) {
    expect((await post(ada.token, body)).status).toBe(400);
  }
});

it("[BH8] whoever asks on and on is told to wait", async () => {
  const gateway = await startTestGateway();
  const ada = await gateway.guest();
  gateway.allow("s1", ada.userId, MEMBER);
  const statuses = new Set<number>();
  for (let n = 0; n < 22; n++) {
    const answer = await fetch(`${gateway.url}/sessions/s1/board/versions`, {
      method: "POST",
      headers: { Authorization: `Bearer ${ada.token}` },
      body: JSON.stringify({ label: "N" }),
    });
    statuses.add(answer.status);
    if (answer.status === 429) expect(Number(answer.headers.get("Retry-After"))).toBeGreaterThan(0);
  }
  expect([...statuses]).toEqual([201, 429]);
});
