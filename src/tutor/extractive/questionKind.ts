/** What a student wants, read off the form of the question. Pure; English forms. */
export type QuestionKind =
  | { kind: "greeting" }
  | { kind: "thanks" }
  | { kind: "overview" }
  | { kind: "quiz" }
  | { kind: "goOn" }
  | { kind: "definition"; topic: string }
  | { kind: "comparison"; topics: [string, string] }
  | { kind: "steps"; topic: string }
  | { kind: "open"; topic: string };

export interface AskedQuestion {
  want: QuestionKind;
  /** Whether a drawing was asked for in words. */
  wantsDrawing: boolean;
}

const ARTICLE = /^(?:the|an?|some|any)\s+/i;
const TAIL =
  /\s+(?:in (?:this|the|my) (?:document|text|chapter|book|paper|pdf)|again|please|exactly)$/i;

/** A topic without article and end marks. */
function tidy(topic: string): string {
  let clean = topic
    .replace(/[?.!,;:]+\s*$/g, "")
    .replace(/["“”'‘’]/g, "")
    .trim();
  for (let before = ""; before !== clean;) {
    before = clean;
    clean = clean.replace(ARTICLE, "").replace(TAIL, "").trim();
  }
  return clean;
}

const GREETING = /^(?:hi|hello|hey|good (?:morning|afternoon|evening)|greetings)\b[^?]{0,30}$/i;
const THANKS = /^(?:thanks?(?: you)?|thx|great|cool|perfect|got it|i see)\b[^?]{0,40}$/i;
const GO_ON =
  /^(?:yes|yeah|yep|sure|ok(?:ay)?|go on|continue|more|tell me more|please do|next)\b[^?]{0,30}$/i;
const OVERVIEW =
  /\b(?:summari[sz]e|summary|overview|outline|main (?:ideas?|points?|topics?)|key (?:ideas?|concepts?|points?)|what(?:'s| is| are| do) (?:this|these|the|my) (?:document|text|book|chapter|paper|pdf|slides?|file|article)s? (?:about|cover|say)|what can (?:i|we) learn)\b/i;
const QUIZ = /\b(?:quiz|test me|ask me (?:a )?questions?|exam questions?)\b/i;
const COMPARISON = [
  /\bdifferences? between (.+?) and (.+)/i,
  /\b(?:compare|contrast) (.+?) (?:and|with|to|versus|vs\.?) (.+)/i,
  /\bhow (?:does|do|is|are) (.+?) (?:differ|different) from (.+)/i,
  /^(.+?) (?:versus|vs\.?) (.+)/i,
];
const DEFINITION = [
  /^(?:so |and |but )?(?:what|who)(?:'s| is| are| was| were) (?:meant by |the (?:meaning|definition|purpose|point|role|function) of )?(.+)/i,
  /^(?:please )?(?:define|explain|describe)(?: to me)?(?: what)? (.+?)(?: is| are| means?)?$/i,
  /^what (?:does|do) (.+?) mean\b/i,
  /^tell me (?:more )?about (.+)/i,
];
const STEPS = [
  /^how (?:do|does|can|should|would) (?:i|we|you|one|it|they)\s+(.+)/i,
  /^how (?:to|does|do|is|are|can) (.+)/i,
  /^(?:what are |list |show |name )(?:me )?(?:the )?(?:steps|stages|phases|process) (?:of|for|to|in) (.+)/i,
];
const DRAWING =
  /\b(?:draw|sketch|diagram|concept map|mind ?map|flow ?chart|on the board|visuali[sz]e)\b/i;
const DRAW_TOPIC =
  /\b(?:draw|sketch|make|show)(?: me)?(?: an?| the)?(?: (?:diagram|concept map|mind ?map|flow ?chart|picture|map))?(?: of| for| about| on)? (.+)/i;

function firstMatch(patterns: readonly RegExp[], text: string): RegExpExecArray | undefined {
  for (const pattern of patterns) {
    const match = pattern.exec(text);
    if (match !== null) return match;
  }
  return undefined;
}

export function readQuestion(question: string): AskedQuestion {
  const text = question.replace(/\s+/g, " ").trim();
  const wantsDrawing = DRAWING.test(text);
  return { want: kindOf(text, wantsDrawing), wantsDrawing };
}

/** Forms without a topic, in the order in which they are tried. */
const PLAIN_FORMS = [
  [GREETING, "greeting"],
  [GO_ON, "goOn"],
  [THANKS, "thanks"],
  [QUIZ, "quiz"],
  [OVERVIEW, "overview"],
] as const;

function kindOf(text: string, wantsDrawing: boolean): QuestionKind {
  for (const [form, kind] of PLAIN_FORMS) if (form.test(text)) return { kind };
  const bare = text.replace(/[?.!\s]+$/, "");
  const compared = firstMatch(COMPARISON, bare);
  if (compared !== undefined) {
    return { kind: "comparison", topics: [tidy(compared[1] ?? ""), tidy(compared[2] ?? "")] };
  }
  const drawn = wantsDrawing ? firstMatch([DRAW_TOPIC], bare) : undefined;
  const steps = firstMatch(STEPS, bare);
  if (drawn === undefined && steps !== undefined) return { kind: "steps", topic: topicIn(steps) };
  const defined = drawn ?? firstMatch(DEFINITION, bare);
  if (defined !== undefined) return { kind: "definition", topic: topicIn(defined) };
  return { kind: "open", topic: tidy(bare) };
}

function topicIn(match: RegExpExecArray): string {
  return tidy(match[1] ?? "");
}
