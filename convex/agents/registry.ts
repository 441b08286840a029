/** Every agent there is, with the settings it has until an operator changes them. */
import type { AgentName, AgentSettings } from "./tables.ts";

const defaults = { model: null, promptVersion: 1, isEnabled: true };

export const AGENTS = {
  tutor: { ...defaults, agent: "tutor", temperature: 0.5, maxOutputTokens: 2_000 },
  documentAnalyser: {
    ...defaults,
    agent: "documentAnalyser",
    temperature: 0.2,
    maxOutputTokens: 4_000,
  },
  planner: { ...defaults, agent: "planner", temperature: 0.3, maxOutputTokens: 2_000 },
  quizMaker: { ...defaults, agent: "quizMaker", temperature: 0.6, maxOutputTokens: 4_000 },
  sessionAnalyser: {
    ...defaults,
    agent: "sessionAnalyser",
    temperature: 0.2,
    maxOutputTokens: 2_000,
  },
} as const satisfies { [Name in AgentName]: AgentSettings & { agent: Name } };
