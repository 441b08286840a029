/** English words that say nothing about what a text is about. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  `a about above across after again against all almost alone along already also although always am among an and
another any anyone anything are aren't around as at away back be became because become becomes been before being
below between both but by came can can't cannot certain come comes could couldn't did didn't do does doesn't doing
don't done down during each either else enough etc even ever every everyone everything far few find first for four
from further gave get gets getting give given gives go goes going gone got had hadn't has hasn't have haven't having
he hence her here here's hers herself him himself his how however i i'd i'll i'm i've if in indeed instead into is
isn't it it's its itself just keep kept kind knew know known large last later least less let let's like likely made
mainly make makes making many may maybe me might mine more most mostly much must my myself near need needs neither
never next no nobody none nor not nothing now of off often on once one ones only onto or other others otherwise our
ours ourselves out over own per perhaps possible put quite rather really said same saw say says second see seem
seemed seems seen several shall she should shouldn't show shown shows simply since small so some somebody someone
something sometimes somewhat soon still such take taken takes than that that's the their theirs them themselves then
there there's thereby therefore these they they're thing things this those though three through throughout thus to
together too took toward towards turn two under until up upon us use used uses using usually various very via want
wants was wasn't way ways we we'd we'll we're we've well went were weren't what what's when where whether which while
who whole whom whose why will with within without won't would wouldn't yes yet you you'd you'll you're you've your
yours yourself yourselves`.split(/\s+/u),
);
