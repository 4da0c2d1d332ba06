import { type HostileRequest, install, request } from './request.ts';

const INSTALL = { path: '/install' };

/** Spellings of addresses that must not be called. Port 47001 stands for a trap on the test's machine. */
const SPELLINGS: readonly (readonly [string, string, string])[] = [
  ['plain-host', 'somebody else’s host', 'https://evil.example/rest/'],
  ['loopback', 'this machine', 'http://127.0.0.1:47001/rest/'],
  ['loopback-https', 'this machine, encrypted', 'https://127.0.0.1:47001/rest/'],
  ['localhost', 'this machine by name', 'http://localhost:47001/rest/'],
  ['localhost-dot', 'this machine by name, with a trailing dot', 'http://localhost.:47001/rest/'],
  ['decimal', 'this machine as one decimal number', 'http://2130706433:47001/rest/'],
  ['hexadecimal', 'this machine as one hexadecimal number', 'http://0x7f000001:47001/rest/'],
  ['octal', 'this machine in octal numbers', 'http://0177.0.0.01:47001/rest/'],
  ['short', 'this machine in two numbers', 'http://127.1:47001/rest/'],
  ['zero', 'any address of this machine', 'http://0.0.0.0:47001/rest/'],
  ['ipv6', 'this machine in IPv6', 'http://[::1]:47001/rest/'],
  ['ipv6-mapped', 'this machine in IPv6 around IPv4', 'http://[::ffff:127.0.0.1]:47001/rest/'],
  ['circled-digits', 'this machine in circled digits', 'http://①②⑦.⓪.⓪.①:47001/rest/'],
  ['ideographic-dots', 'this machine with ideographic full stops', 'http://127。0。0。1:47001/rest/'],
  ['private', 'an address of a private network', 'https://10.0.0.1/rest/'],
  ['metadata', 'the metadata of AWS', 'http://169.254.169.254/latest/meta-data/iam/security-credentials/'],
  ['metadata-ipv6', 'the metadata of AWS in IPv6', 'http://[fd00:ec2::254]/latest/meta-data/'],
  ['metadata-lambda', 'the credentials that a container asks for', 'http://169.254.170.2/v2/credentials/'],
  ['metadata-google', 'the metadata of Google', 'http://metadata.google.internal/computeMetadata/v1/'],
  ['runtime-api', 'the runtime of Lambda itself', 'http://127.0.0.1:9001/2018-06-01/runtime/invocation/next'],
  ['user-info', 'the trusted host as a user name', 'http://oauth.bitrix.info@127.0.0.1:47001/rest/'],
  ['user-info-password', 'user and password', 'https://user:password@oauth.bitrix.info/rest/'],
  ['backslash', 'a backslash that some parsers take for a slash', 'http://127.0.0.1:47001\\@oauth.bitrix.info/rest/'],
  ['hash', 'the trusted host behind a hash', 'http://127.0.0.1:47001#@oauth.bitrix.info/rest/'],
  ['longer-host', 'the trusted host as a part of another', 'https://oauth.bitrix.info.evil.example/rest/'],
  ['suffix-host', 'another host that ends like the trusted one', 'https://evil-oauth.bitrix.info/rest/'],
  ['trailing-dot', 'the trusted host with a trailing dot', 'https://oauth.bitrix.info./rest/'],
  ['idn', 'the trusted host with a Cyrillic letter', 'https://оauth.bitrix.info/rest/'],
  ['punycode', 'the same in ASCII', 'https://xn--auth-5cd.bitrix.info/rest/'],
  ['other-port', 'the trusted host at another port', 'https://oauth.bitrix.info:47001/rest/'],
  ['plain-http', 'the trusted host without encryption', 'http://oauth.bitrix.info/rest/'],
  ['path-out', 'a way out of the path', 'https://oauth.bitrix.info/rest/../../47001/'],
  ['query', 'the trusted path with a query', 'http://127.0.0.1:47002/rest/?x=/rest/'],
  ['trap-query', 'the trusted host in a query', 'http://127.0.0.1:47001/?https://oauth.bitrix.info/rest/'],
  ['no-scheme', 'no scheme', '//127.0.0.1:47001/rest/'],
  ['file', 'a file', 'file:///etc/passwd'],
  ['gopher', 'another protocol', 'gopher://127.0.0.1:47001/_POST'],
  ['space-before', 'a space before the trusted address', ' http://127.0.0.1:47002/rest/'],
  ['newline', 'a second header', 'http://127.0.0.1:47002/rest/\r\nhost: evil.example'],
  ['nul', 'a NUL behind the trusted address', 'http://127.0.0.1:47002/rest/\0.evil.example/'],
  ['upper-case', 'the trusted address in upper case', 'HTTP://127.0.0.1:47002/REST/'],
];

/** Where secrets would go if a host named in a request were called (B§9). */
export const ENDPOINTS: readonly HostileRequest[] = [
  ...SPELLINGS.map(([name, attacks, address]) =>
    request(
      `endpoint-${name}`,
      `an installation from ${attacks}`,
      install({ server_endpoint: address, client_endpoint: address, domain: address }),
      403,
      INSTALL,
    ),
  ),
  request(
    'endpoint-list',
    'two OAuth servers, one of them the trusted one',
    install({ server_endpoint: ['http://127.0.0.1:47002/rest/', 'https://evil.example/rest/'] }),
    400,
    INSTALL,
  ),
  request('endpoint-missing', 'no OAuth server at all', install({ server_endpoint: undefined }), 400, INSTALL),
  request(
    'endpoint-too-long',
    'an address of 5,000 signs',
    install({ server_endpoint: `https://${'a'.repeat(5000)}.example/rest/` }),
    400,
    INSTALL,
  ),
  request(
    'forged-install',
    'ONAPPINSTALL of a known portal with endpoints and tokens of somebody else',
    install({
      domain: 'evil.example',
      server_endpoint: 'https://evil.example/rest/',
      client_endpoint: 'https://evil.example/rest/',
    }),
    403,
    INSTALL,
  ),
  request(
    'forged-install-trusted-host',
    'the same, with a token that the trusted OAuth host does not know',
    install({
      server_endpoint: 'http://127.0.0.1:47002/rest/',
      client_endpoint: 'http://127.0.0.1:47001/rest/',
      domain: '127.0.0.1:47001',
    }),
    { status: 403, asksOauth: true },
    INSTALL,
  ),
  request(
    'foreign-endpoints-wrong-token',
    'an event with endpoints of somebody else',
    install(
      { application_token: 'wrong', server_endpoint: 'http://127.0.0.1:47001/rest/' },
      { event: 'ONCRMDEALUPDATE', data: { FIELDS: { ID: 1 } } },
    ),
    403,
  ),
];
