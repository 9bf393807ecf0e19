-- Requests for wrk: GET of one object, PUT of ever new content under 256 names in turn, or all of that in turn.
-- At the end it says how many answers took longer than LATE_MICROSECONDS.

local sizes = { ["1k"] = 1024, ["64k"] = 65536 }
local mix = { { "PUT", "1k" }, { "GET", "1k" }, { "PUT", "64k" }, { "GET", "64k" } }
local fillers = {}
local count = 0
local method, size, mixed, headers

function init(args)
  method, size = args[1], args[2]
  mixed = method == "MIX"
  headers = { ["Authorization"] = "Bearer " .. (args[3] or ""), ["Content-Type"] = "application/octet-stream" }
  for name, bytes in pairs(sizes) do fillers[name] = string.rep("x", bytes - 12) end
end

function request()
  count = count + 1
  if mixed then method, size = unpack(mix[count % #mix + 1]) end
  if method == "GET" then return wrk.format("GET", "/objects/" .. size, headers) end
  local body = string.format("%012d", count) .. fillers[size]
  return wrk.format("PUT", "/objects/put-" .. (count % 256), headers, body)
end

function done(summary, latency)
  local limit = tonumber(os.getenv("LATE_MICROSECONDS")) or math.huge
  local late = 0
  -- From the longest on: those that are late are few.
  for at = #latency, 1, -1 do
    local micros, answers = latency(at)
    if micros <= limit then break end
    late = late + answers
  end
  io.write(string.format("Late: %d\n", late))
end
