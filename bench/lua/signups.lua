-- An application reports sign-ups: every code in turn, every person once, ids in time order.
-- Arguments: file of codes, API key, a text that sorts behind those of earlier runs.
local here = debug.getinfo(1, "S").source:match("@(.*/)") or "./"
done = dofile(here .. "report.lua")

local bodies, turn, person, head = {}, 0, 0, nil

function init(args)
  local run = args[3]
  for _, code in ipairs(dofile(here .. "codes.lua")(args[1])) do
    bodies[#bodies + 1] = '","code":"' .. code .. '"}'
  end
  head = "POST /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " .. args[2]
    .. "\r\nContent-Type: application/json\r\nContent-Length: "
  before = '{"type":"signup","event_id":"signup-' .. run .. "-"
  between = '","external_id":"person-' .. run .. "-"
end

function request()
  turn = turn % #bodies + 1
  person = person + 1
  local number = string.format("%08d", person)
  local body = before .. number .. between .. number .. bodies[turn]
  return head .. #body .. "\r\n\r\n" .. body
end
