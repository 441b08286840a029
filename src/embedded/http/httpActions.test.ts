import { beforeEach, describe, expect, it } from "vitest";

import { startHttpEdge, type HttpEdge } from "../../../test/support/httpEdge.ts";

describe("HTTP actions", () => {
  let edge: HttpEdge;

  beforeEach(async () => {
    edge = await startHttpEdge();
  });

  it("get the request as it was sent, on the site origin and below /http of the main one", async () => {
    edge.httpAction = async (request) =>
      new Response(`${request.method} ${request.url} ${await request.text()}`, {
        status: 201,
        headers: { "x-got": request.headers.get("x-sent") ?? "" },
      });
    const init = { method: "PUT", body: "body", headers: { "x-sent": "yes" } };
    const { url, siteUrl } = edge;
    const bySite = await fetch(`${siteUrl}/path/x?q=1`, init);
    expect([bySite.status, bySite.headers.get("x-got")]).toEqual([201, "yes"]);
    expect(await bySite.text()).toBe(`PUT ${siteUrl}/path/x?q=1 body`);
    const byMain = await fetch(`${url}/http/path/x?q=1`, init);
    expect(await byMain.text()).toBe(`PUT ${url}/path/x?q=1 body`);
  });

  it("say the type of their answer themselves, or nobody does", async () => {
    const type = async (body: ConstructorParameters<typeof Response>[0], init?: ResponseInit) => {
      edge.httpAction = () => Promise.resolve(new Response(body, init));
      return (await fetch(`${edge.siteUrl}/`)).headers.get("content-type");
    };
    expect(await type(new ArrayBuffer(3))).toBeNull();
    expect(await type(new Blob(["x"]).stream())).toBeNull();
    expect(await type(null)).toBeNull();
    expect(await type("text")).toBe("text/plain;charset=UTF-8");
    const headers = { "content-type": "image/png" };
    expect(await type(new ArrayBuffer(3), { headers })).toBe("image/png");
  });

  it("see the scheme that a proxy received", async () => {
    const siteUrl = `${edge.siteUrl}/x`;
    const response = await fetch(siteUrl, { headers: { "x-forwarded-proto": "https" } });
    expect(await response.text()).toBe(siteUrl.replace("http", "https"));
  });

  it("are told that a token was bad instead of never being called", async () => {
    edge.httpAction = (_, identity) => Promise.resolve(Response.json(identity));
    const as = async (authorization: string) =>
      await (await fetch(`${edge.siteUrl}/`, { headers: { authorization } })).json();
    expect(await as("Bearer good")).toMatchObject({ kind: "user" });
    expect(await as("Bearer bad")).toEqual({ kind: "unknown", reason: "forged" });
    expect(await as("Basic eDp5")).toMatchObject({ kind: "unknown" });
  });

  it("stream: the first part is there before the second is made", async () => {
    const steps = Promise.withResolvers<undefined>();
    edge.httpAction = () => {
      const encoder = new TextEncoder();
      const body = new ReadableStream<Uint8Array>({
        async start(controller) {
          controller.enqueue(encoder.encode("first"));
          await steps.promise;
          controller.enqueue(encoder.encode("second"));
          controller.close();
        },
      });
      return Promise.resolve(new Response(body));
    };
    const response = await fetch(`${edge.siteUrl}/`);
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect(await reader.read()).toEqual({ done: false, value: "first" });
    steps.resolve(undefined);
    expect(await reader.read()).toEqual({ done: false, value: "second" });
    expect((await reader.read()).done).toBe(true);
  });
});
