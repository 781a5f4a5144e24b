# The same by Rack.
require 'json'
require 'rack'
STDOUT.sync = true
def quietly
  yield
rescue StandardError
  {}
end
def clean(value)
  case value
  when Hash then value.to_h { |k, v| [clean(k), clean(v)] }
  when Array then value.map { |v| clean(v) }
  when String then value.dup.force_encoding('UTF-8').scrub('?')
  else value
  end
end
while (line = STDIN.gets)
  request = JSON.parse(line)
  query = quietly { Rack::Utils.parse_nested_query(request['query']) }
  cookie = quietly { Rack::Utils.parse_cookies_header(request['cookie']) }
  puts JSON.generate(clean({ 'query' => query, 'cookie' => cookie }))
end
