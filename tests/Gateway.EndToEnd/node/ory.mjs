// Uses one of Ory's clients as a user and as an administrator would.
//   node ory.mjs CLIENT URL MANAGEMENT_URL KEY CURRENT OTHER_ID CURRENT_ID LOGOUT_TOKEN USER VICTIM VICTIM_SESSION
// Prints one JSON object with what each call came to.
const [name, basePath, adminPath, accessToken, current, otherId, currentId, logoutToken, user, victim, victimSession] = process.argv.slice(2);
const { FrontendApi, IdentityApi, Configuration } = await import(name);
const axios = name === '@ory/client';
const frontend = new FrontendApi(new Configuration({ basePath }));
const identity = new IdentityApi(new Configuration({ basePath: adminPath, accessToken }));
const stranger = new IdentityApi(new Configuration({ basePath: adminPath, accessToken: 'wrong' }));

const value = answer => axios ? answer.data : answer;
const refused = async call => {
  try { await call(); return null; }
  catch (error) {
    const response = error.response;
    return { status: response.status, error: (axios ? response.data : await response.json()).error };
  }
};
const me = { xSessionToken: current };
const result = {
  whoami: value(await frontend.toSession(me)),
  listed: value(await frontend.listMySessions(me)).map(session => session.id),
  nobody: await refused(() => frontend.disableMyOtherSessions({})),
  nobodyIs: await refused(() => frontend.toSession({})),
  ownRefused: await refused(() => frontend.disableMySession({ ...me, id: currentId })),
  one: value(await frontend.disableMySession({ ...me, id: otherId })) ?? '',
  count: value(await frontend.disableMyOtherSessions({ cookie: `ory_kratos_session=${current}` })).count,
  countAgain: value(await frontend.disableMyOtherSessions(me)).count,
  logout: value(await frontend.performNativeLogout({ performNativeLogoutBody: { session_token: logoutToken } })) ?? '',
  unknownLogout: await refused(() => frontend.performNativeLogout({ performNativeLogoutBody: { session_token: 'no such token' } })),
  adminListed: value(await identity.listIdentitySessions({ id: victim })).map(session => session.id),
  adminAll: value(await identity.listSessions({ active: true, expand: ['identity', 'devices'] })).some(session => session.identity?.id === victim),
  adminOne: value(await identity.disableSession({ id: victimSession })) ?? '',
  adminSubject: value(await identity.deleteIdentitySessions({ id: victim })) ?? '',
  adminUnknown: await refused(() => identity.disableSession({ id: 'no-such-session' })),
  adminStranger: await refused(() => stranger.deleteIdentitySessions({ id: user })),
};
console.log(JSON.stringify(result));
process.exit(0);
