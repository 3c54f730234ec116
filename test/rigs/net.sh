#!/bin/bash
# A bad network between cameras and the box: two namespaces behind one another, and what goes wrong between them.
#
#   net.sh up N          cameras live in the namespace palN-cam, which is 198.18.N.1 from outside
#   net.sh in N COMMAND  runs a command where the cameras live; what listens there on 127.0.0.1 is reached from outside
#   net.sh loss N PERMILLE | cut N | cutone N (only from the camera) | rate N 300kbit [QUEUE_MS] | heal N
#   net.sh down N
#
# N is 1..250, so that several can stand at once. Needs root, ip, nft and tc.
# The way is box -- palN-way -- palN-cam: packets are lost on the way, where neither end can know of it.
set -euo pipefail
DO=$1 N=$2
shift 2
CAM=pal$N-cam WAY=pal$N-way NET=198.18.$N
cam() { ip netns exec "$CAM" "$@"; }
way() { ip netns exec "$WAY" "$@"; }

heal() {
  way nft flush ruleset
  way tc qdisc del dev box root 2>/dev/null || true
}

drop() {
  heal
  local rules=""
  for from in "$@"; do rules+="iifname $from ${LOSES:-} drop; "; done
  way nft "table ip rig { chain way { type filter hook forward priority 0; policy accept; $rules}; }"
}

case $DO in
up)
  ip netns add "$CAM"
  ip netns add "$WAY"
  ip link add "pal$N" type veth peer name box netns "$WAY"
  ip link add cam netns "$WAY" type veth peer name eth netns "$CAM"
  ip addr add "$NET.6/30" dev "pal$N"
  ip -n "$WAY" addr add "$NET.5/30" dev box
  ip -n "$WAY" addr add "$NET.2/30" dev cam
  ip -n "$CAM" addr add "$NET.1/30" dev eth
  ip link set "pal$N" up
  for one in box cam; do ip -n "$WAY" link set $one up; done
  for one in lo eth; do ip -n "$CAM" link set $one up; done
  ip route add "$NET.0/30" via "$NET.5"
  ip -n "$CAM" route add default via "$NET.2"
  way sysctl -qw net.ipv4.ip_forward=1
  cam sysctl -qw net.ipv4.conf.eth.route_localnet=1
  cam nft "table ip rig { chain in { type nat hook prerouting priority -100; iifname eth dnat to 127.0.0.1; }; }"
  ;;
in) exec ip netns exec "$CAM" "$@" ;;
loss) LOSES="numgen random mod 1000 < $1" drop cam ;;
cut) drop cam box ;;
cutone) drop cam ;;
rate)
  heal
  way tc qdisc add dev box root tbf rate "$1" burst 10k latency "${2:-400}ms"
  ;;
heal) heal ;;
down)
  ip link del "pal$N" 2>/dev/null || true
  for one in "$CAM" "$WAY"; do ip netns del "$one" 2>/dev/null || true; done
  ;;
*)
  echo "Unknown: $DO; see the head of $0" >&2
  exit 2
  ;;
esac
