"""What is reachable from a script: a walk through everything, in Lua."""

from __future__ import annotations

import pytest

from ldbpy.resp import Reply
from ldbpy.script.source import Script
from ldbpy.targets.run_options import RunOptions
from tests.security.attacks import ALL, server_of, works_as_before

_WALK = b"""
local seen, queue, counts, strange = {}, {}, {}, {}
local function add(value, path)
  if value == nil or seen[value] then return end
  seen[value] = true
  local kind = type(value)
  counts[kind] = (counts[kind] or 0) + 1
  if kind == 'userdata' and value ~= cjson.null or kind == 'thread' then
    strange[#strange + 1] = path .. ': ' .. kind
  end
  queue[#queue + 1] = {value, path}
end
local has = {}
for name in pairs(_G) do has[name] = true end
local getfenv, getmetatable, newproxy = has.getfenv and getfenv, getmetatable, has.newproxy and newproxy

add(_G, '_G')
add('', 'a string')
add(redis.pcall('GET', 'list'), 'an error')
add(redis.pcall('LRANGE', 'list', 0, -1), 'a reply')
add(redis.pcall('NOSUCH'), 'a refusal')
for _, make in ipairs({
  function() return select(2, pcall(redis.call, {})) end,
  function() return select(2, pcall(error)) end,
  function() return (string.gmatch('a', 'a')) end,
  function() return coroutine.wrap(function() end) end,
  function() return (pairs(string)) end,
  function() return (ipairs({})) end,
  function() return getfenv and getfenv(0) end,
}) do add(make(), 'what is made') end

local at = 1
while queue[at] do
  local value, path = queue[at][1], queue[at][2]
  at = at + 1
  add(getmetatable(value), path .. '.metatable')
  if type(value) == 'table' then
    for key, item in pairs(value) do
      add(key, path .. '.key')
      add(item, path .. '.' .. tostring(key))
    end
  elseif type(value) == 'function' and getfenv then
    add(getfenv(value), path .. '.environment')
  end
end
return {strange, counts['function'], counts.table}
"""


def _walked(flavor: str) -> Reply:
    server = server_of(flavor)
    report = server.run(Script(_WALK), [b"list"], [], RunOptions())
    assert report.problem is None, report.problem
    works_as_before(server)
    return report.reply


@pytest.mark.parametrize("flavor", [*ALL, "redis-8", "valkey-8"])
def test_nothing_strange_is_reachable(flavor: str) -> None:
    """No userdata but cjson.null, no thread, and so no object of Python's; the walk has been everywhere."""
    reply = _walked(flavor)
    assert isinstance(reply, list)
    strange, functions, tables = reply
    assert strange == []
    assert isinstance(functions, int)
    assert isinstance(tables, int)
    assert functions > 100
    assert tables > 10


@pytest.mark.parametrize("flavor", ALL)
def test_what_is_reachable_cannot_be_written(flavor: str) -> None:
    """Every table of the server's refuses a write, by assignment, rawset, table.insert and setmetatable."""
    source = b"""
    local names, problems = {'string', 'table', 'math', 'coroutine', 'redis', 'cjson', 'cmsgpack', 'struct', 'bit'}, {}
    local tables = {_G, getmetatable(_G)}
    for _, name in ipairs(names) do tables[#tables + 1] = _G[name] end
    local ways = {
      function(t) t.evil = 1 end, function(t) t[1] = 1 end, function(t) rawset(t, 'evil', 1) end,
      function(t) table.insert(t, 1) end, function(t) setmetatable(t, {}) end,
    }
    for i, t in ipairs(tables) do
      for j, way in ipairs(ways) do
        local ok, problem = pcall(way, t)
        if ok or not tostring(problem):find('Attempt to modify a readonly table', 1, true) then
          problems[#problems + 1] = i .. ' by way ' .. j .. ': ' .. tostring(problem)
        end
      end
    end
    return problems
    """
    server = server_of(flavor)
    report = server.run(Script(source), [], [], RunOptions())
    assert report.problem is None, report.problem
    assert report.reply == []
    works_as_before(server)


def test_dragonfly() -> None:
    """Its environment can be written, and has nothing strange in it either."""
    source = b"""
    local strange, seen = {}, {}
    local function walk(value, path)
      if value == nil or seen[value] then return end
      seen[value] = true
      local kind = type(value)
      if kind == 'userdata' and value ~= cjson.null or kind == 'thread' then strange[#strange + 1] = path end
      walk(getmetatable(value), path .. '.metatable')
      if kind == 'table' then
        for key, item in next, value do
          walk(key, path .. '.key')
          walk(item, path .. '.' .. tostring(key))
        end
      end
    end
    walk(_G, '_G')
    walk('', 'a string')
    walk(select(2, pcall(redis.call)), 'an error')
    return strange
    """
    server = server_of("dragonfly")
    report = server.run(Script(source), [], [], RunOptions())
    assert report.problem is None, report.problem
    assert report.reply == []
