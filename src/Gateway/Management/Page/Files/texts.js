// Every English text of the page. A translation replaces this file.
const plural = (count, one, many) => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
export const sessions = count => plural(count, 'session', 'sessions');
export const connections = count => plural(count, 'live connection', 'live connections');

export const texts = {
  product: 'Gateway',
  skip: 'Skip to the content',
  menu: 'Parts of this page',
  parts: { sessions: 'Sessions', now: 'Now', refusals: 'Refusals', history: 'History', glass: 'Break the glass', realms: 'Realms and routes', explain: 'Explain' },
  signOut: 'Sign out',
  copy: 'Copy', copied: 'Copied',
  more: 'Show more',
  cancel: 'Cancel',
  undo: 'Undo',
  close: 'Close',
  loading: 'Loading…',
  none: '–',
  notReached: 'The gateway does not answer. This page goes on trying.',
  signIn: {
    title: 'Sign in', key: 'Management key or token', go: 'Sign in', with: realm => `Sign in with ${realm}`,
    hint: 'The key stays in this tab and is gone with it. “gateway key create NAME” makes one.',
    bad: 'This is no management key and no token with the permission gateway.admin.',
    ended: 'Your session has ended. Sign in again.',
    failed: why => `The provider's sign-in did not work: ${why}`,
  },
  list: {
    search: 'Search', searchHint: 'User, session, address, client or browser', realm: 'Realm', all: 'All',
    caption: 'Sessions that were seen, newest first',
    user: 'User', device: 'Device', address: 'Address', client: 'Client', seen: 'Last seen', open: 'Open', state: 'State', session: 'Session',
    active: 'active', over: by => `over (${by})`, token: 'a token without a session',
    end: 'End', endUser: 'End all of this user', endOthers: 'End all but this',
    nothing: 'No session matches.', userUnknown: 'unknown',
    onThisNode: 'connections of the node that answers',
  },
  end: {
    session: 'End this session?', subject: user => `End all sessions of ${user}?`, others: user => `End all sessions of ${user} but this one?`,
    glass: 'End all of this?',
    counts: (s, c) => `Seen and ended by this: ${sessions(s)}, and ${connections(c)} of this node. What nobody has seen ends too where it is older than the cut-off.`,
    nothingSeen: 'Nothing that was seen is ended by this.',
    reason: 'Reason (kept in the audit, never shown to the user)', go: 'End it', counting: 'Counting…',
    done: e => e.nodes === e.of ? `Over on all ${e.of} nodes after ${e.milliseconds} ms.` : `Over on ${e.nodes} of ${e.of} nodes; the rest follows within one lease.`,
    several: count => `Over: ${count} cut-offs.`,
    undone: 'Undone: the session is good again, if nothing else ends it.',
    failed: why => `It was not done: ${why}`,
    unknown: 'Nobody knows whether it was recorded. Look at the history before you try again.',
  },
  now: {
    thisNode: 'Figures of the node that serves this page; two seconds a step.',
    requests: 'Requests passed a second', refusals: 'Requests refused a second', revocations: 'Revocations a second', connections: 'Live connections',
    enforced: 'From logout to enforced', enforcedHint: 'Answers of logouts by how long they took until every node enforced them, since this node started',
    milliseconds: 'milliseconds', answers: 'answers',
    nodes: 'Nodes', node: 'Node', version: 'Version', address: 'Address', lease: 'Lease', position: 'Position', lag: 'Behind', ready: 'Ready',
    held: 'held', away: 'none', yes: 'yes', no: 'no', repairing: 'repairing',
    reach: 'The newest revocations, and where they are enforced', reachNone: 'None since this page was opened.',
    reached: (n, of) => `${n} of ${of} nodes`,
  },
  refusals: {
    caption: 'The newest refusals of this node', when: 'When', status: 'Status', request: 'Request', route: 'Route', why: 'Why', address: 'Address', trace: 'Trace',
    explain: 'Explain', none: 'Nothing was refused since this node started.', filter: 'Filter',
  },
  history: {
    caption: 'Who did what, on any node', when: 'When', who: 'Who', what: 'What', target: 'Target', outcome: 'Outcome', from: 'From', detail: 'Detail',
    filter: 'Filter', csv: 'Export as CSV', lines: 'Export as JSON lines', none: 'Nothing yet.', exporting: count => `${count.toLocaleString('en')} entries…`,
    verify: 'Verify the chain', holds: p => `The chain holds: ${p.entries.toLocaleString('en')} entries, ${p.first} to ${p.newest}. Newest hash, to keep elsewhere: ${p.newestHash ?? '–'}`,
    broken: p => `The chain is broken: ${p.broken}.`,
  },
  glass: {
    lead: 'For the day on which something large has leaked. It ends everything older than an instant, at once, on every node.',
    what: 'What', client: 'Everything of a client', realm: 'Everything of a realm', everyone: 'Everyone, in all realms',
    clientId: 'Client', realmName: 'Realm', before: 'Signed in at or before', now: 'now', count: 'Count first',
    type: phrase => `Type “${phrase}” to confirm`, phrase: count => `end ${count}`, go: 'Break the glass',
  },
  realms: {
    realms: 'Realms', routes: 'Routes', name: 'Realm', kind: 'Kind', logout: 'What a logout ends', health: 'Health', ready: 'ready', ties: 'Tied by',
    route: 'Route', path: 'Path', hosts: 'Hosts', cluster: 'Cluster', session: 'Session', of: 'Realms', stale: 'When stale', mode: 'Mode', anyPath: 'any', anyHost: 'any',
    keys: 'Keys', keysRead: at => `${at.count} keys, read ${at.ago}`, managementKeys: 'Management keys', key: 'Key', created: 'Made', where: 'Kept in',
  },
  explain: {
    lead: 'What the gateway makes of a token or a request. Nothing notes what is explained here.',
    kind: 'What', token: 'A token', request: 'A request', tokenText: 'Token', method: 'Method', url: 'Address or path', headers: 'Headers, one a line', go: 'Explain',
    outcome: 'Outcome', reason: 'Reason', step: 'Step', detail: 'Detail', passed: 'passed', stopped: 'stopped',
  },
  ago: seconds => seconds < 5 ? 'now' : seconds < 60 ? `${Math.floor(seconds)} s ago` : seconds < 3600 ? `${Math.floor(seconds / 60)} min ago`
    : seconds < 172800 ? `${Math.floor(seconds / 3600)} h ago` : `${Math.floor(seconds / 86400)} days ago`,
};
