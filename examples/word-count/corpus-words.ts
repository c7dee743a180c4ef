/** The vocabulary of the corpus, by part of speech; within a list the first words are the most frequent. */
const words = (text: string): readonly string[] => text.trim().split(/\s+/);

export const NOUNS = words(`
  tide harbour gate water boat morning river keeper wind town light hand house sea night door ship wall day stone
  lamp bridge child rope evening road bell market storm island cloud mill hill net captain letter story voice window
  garden field winter summer baker fisherman lock valley mother father sister brother neighbour stranger traveller
  engineer ledger clock chart anchor sail mast oar pier quay lantern candle kettle table chair kitchen cellar attic
  roof chimney ladder hammer nail barrel basket sack coat scarf boot glove pocket button needle thread drawer key
  coin penny loaf apple pear plum herring mackerel gull heron otter seal dog cat horse cart wheel mud sand pebble
  shell weed reed willow oak elm meadow lane path fence orchard stream spring well bucket pump pipe chain hook crane
  sluice weir dyke ditch marsh creek ferry raft canoe paddle shore beach cliff cave headland bay inlet current eddy
  wave swell foam fog mist rain frost snow ice thaw sun moon star sky horizon season year month week hour minute
  moment silence song tune fiddle drum whistle word name question answer promise debt favour secret rumour plan map
  page book pencil picture mirror dream memory habit fortune trouble danger courage patience kindness laughter anger
  supper breakfast bread cheese salt pepper soup stew fire smoke ash coal timber plank beam shed workshop bench tool
  rudder tiller cabin deck hull cargo crate parcel post office clerk mayor council law rule vote meeting quarrel
  bargain price wage labour rest sleep shoulder elbow knee finger thumb eye ear face smile tear breath heart bone
`);

export const ADJECTIVES = words(`
  old small grey long young quiet heavy cold little dark warm narrow slow bright deep wet strange broken early late
  good patient empty steady gentle low high thin broad rough smooth soft hard sharp round crooked straight rusty
  silver green brown yellow pale golden crimson dusty muddy salty bitter sweet sour fresh stale honest careful
  careless curious clever foolish proud humble anxious cheerful weary lonely merry solemn stubborn nimble clumsy
  distant nearby hidden open shut locked loose tight full hollow solid fragile ancient modern plain ordinary
  remarkable familiar foreign local southern northern eastern western sudden gradual frequent rare certain doubtful
  useful idle busy spare wooden iron copper leaden woollen linen painted varnished tarred mended patched
`);

export const ADVERBS = words(`
  slowly quietly again never always soon once often then carefully still already almost together gently suddenly
  early late away twice seldom hardly gladly calmly bravely kindly plainly softly loudly firmly loosely eagerly
  patiently silently steadily quickly rarely finally presently lately nearly barely wholly partly anxiously
  cheerfully solemnly stubbornly clumsily
`);

/** Past tense, with an object. */
export const TRANSITIVE = words(`
  opened watched carried kept found held closed mended counted lifted remembered followed heard pulled pushed turned
  painted measured crossed washed brought left lost bought sold borrowed lent forgot noticed described praised blamed
  lit filled emptied raised lowered fastened loosened tied untied hauled dragged dropped caught threw gathered
  scattered mixed stirred tasted smelled touched tapped struck rang wound set swept scrubbed polished sharpened
  planed sawed hammered nailed bolted patched stitched folded packed unpacked loaded unloaded weighed marked signed
  sealed posted read wrote copied
`);

/** Past tense, without one. */
export const INTRANSITIVE = words(`
  waited slept walked stood came went sang laughed worked listened returned rested sailed drifted talked smiled wept
  rose fell moved stopped began ended lingered hurried wandered trembled whispered shouted nodded sighed knelt leaned
  climbed swam floated sank rowed fished prayed danced whistled hummed coughed yawned dozed woke
`);

export const PREPOSITIONS = words(`
  in on by under near over beside behind through across along before after against beyond above below past toward
  without within around between among
`);

export const DETERMINERS = words('the a the his the her the their this that every the another no each our');

export const NAMES = words(`
  Maren Tobias Ilse Corwin Hedda Anselm Brida Osric Petra Lorcan Sunniva Edric Wilma Jonas Tamsin Rufus
`);

export const CONJUNCTIONS = words('and but while because until so although when before as since unless');
