/** What the gateway tells the page at start: where Convex is and which tutor is configured. */
import { createContext, use } from "react";
import { z } from "zod";

const zPageConfig = z.object({
  convexUrl: z.string().min(1),
  version: z.string(),
  model: z.object({ kind: z.enum(["extractive", "model"]), name: z.string() }),
});

export type PageConfig = z.infer<typeof zPageConfig>;

export async function loadPageConfig(): Promise<PageConfig> {
  const response = await fetch("/config.json", { cache: "no-store" });
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  return zPageConfig.parse(await response.json());
}

export const PageConfigContext = createContext<PageConfig | undefined>(undefined);

export function usePageConfig(): PageConfig {
  const config = use(PageConfigContext);
  if (!config) throw new Error("usePageConfig is used outside the App");
  return config;
}
