#!/bin/bash
# Runs a command as root in a throw-away VM: qemu without hardware help, Debian's own kernel, the host's files below
# a RAM overlay. For what this machine's kernel cannot give: real V4L2 and USB devices that can be pulled out.
#   vm.sh prepare                                  fetches the kernel once (apt-get download) and makes the first RAM disk
#   vm.sh [-m MB] [-t SECONDS] [-d DISK] -o OUT -- COMMAND
#                                                  the current folder is the working folder; OUT is /out, writable, kept;
#                                                  DISK, a file with an ext4 system in it, is /dev/vda: what was flushed to
#                                                  it stays when the process of OUT/qemu.pid is killed, as in a power cut
# The command's exit code is the script's; 125 means none came back (see OUT/boot.log). No network but lo.
# $MODULES in the VM is the folder of the kernel's modules, for insmod. Code runs 5 to 20 times slower than outside.
# Needs qemu-system-x86, busybox-static, kmod, cpio, zstd. PALISADE_VM names another folder for kernel and RAM disk.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=${PALISADE_VM:-${XDG_CACHE_HOME:-$HOME/.cache}/palisade-vm}
memory=1024 limit=120 out= disk=
# What it is made of is in its name: several checkouts share the folder.
initrd=$cache/initrd-$(cat "$here/vm.sh" "$here/init" | cksum | cut -d ' ' -f 1)
modules="virtio_pci virtio_blk ext4 9p 9pnet_virtio overlay virtio_console virtio_rng usbhid hid_generic vhci_hcd vivid"

prepare() {
  mkdir -p "$cache"
  if ! ls "$cache"/kernel/boot/vmlinuz-* >/dev/null 2>&1; then
    local package part
    package=$(apt-cache depends linux-image-amd64 | awk '/Depends/ {print $2; exit}')
    [ -n "$package" ] || { echo "vm.sh: apt knows no linux-image-amd64; run apt-get update" >&2; return 1; }
    part=$(mktemp -d "$cache/part.XXXXXX")
    (cd "$part" && apt-get -qq download "$package" && dpkg -x "$package"_*.deb kernel) >&2 || { rm -rf "$part"; return 1; }
    depmod -b "$part/kernel" "${package#linux-image-}"
    mv "$part/kernel" "$cache/kernel"
    rm -rf "$part"
  fi
  local version root
  version=$(basename "$cache"/kernel/boot/vmlinuz-*)
  version=${version#vmlinuz-}
  if [ -e "$initrd" ]; then return; fi
  root=$(mktemp -d)
  mkdir -p "$root"/{bin,m,proc,sys,dev,lower,upper,root}
  cp /bin/busybox "$root/bin/busybox"
  cp "$here/init" "$root/init"
  chmod +x "$root/init"
  # All that vivid needs, but not vivid: the command plugs that device in itself.
  for module in $modules; do
    modprobe -d "$cache/kernel" -S "$version" --show-depends "$module"
  done | awk '$1 == "insmod" && !/vivid/ && !seen[$2]++ {print $2}' | while read -r file; do
    cp "$file" "$root/m/"
    basename "$file" >>"$root/m/order"
  done
  (cd "$root" && find . | cpio -o -H newc --quiet | zstd -q -3 -f -o "$initrd.part")
  mv "$initrd.part" "$initrd"
  rm -rf "$root"
}

if [ "${1:-}" = prepare ]; then prepare; exit; fi
while getopts m:t:d:o: flag; do
  case $flag in m) memory=$OPTARG ;; t) limit=$OPTARG ;; d) disk=$OPTARG ;; o) out=$OPTARG ;; *) exit 2 ;; esac
done
shift $((OPTIND - 1))
[ "${1:-}" = -- ] && shift
[ -n "$out" ] || { echo "vm.sh: -o OUT is missing" >&2; exit 2; }
prepare
mkdir -p "$out"
rm -f "$out/rc"
kernel=$(echo "$cache"/kernel/boot/vmlinuz-*)
pwd >"$out/cwd"
printf '%s\n' "$*" >"$out/cmd"
{
  printf 'export PATH=%q HOME=%q\n' "$PATH" "$HOME"
  printf 'export MODULES=%q\n' "$cache/kernel/lib/modules/${kernel##*/vmlinuz-}/kernel"
} >"$out/env"
timeout -k 5 "$limit" qemu-system-x86_64 -machine q35,usb=off,vmport=off -cpu max -smp 1 -accel tcg,thread=multi \
  -m "$memory" -nodefaults -no-user-config -no-reboot -display none -kernel "$kernel" -initrd "$initrd" \
  -append "console=ttyS0 quiet mitigations=off nokaslr tsc=reliable panic=-1 rdinit=/init" \
  -serial file:"$out/boot.log" -device virtio-serial-pci -chardev stdio,id=c0,signal=off \
  -device virtconsole,chardev=c0 -device virtio-rng-pci \
  -fsdev local,id=r,path=/,security_model=none,readonly=on,multidevs=remap \
  -device virtio-9p-pci,fsdev=r,mount_tag=hostroot -pidfile "$out/qemu.pid" \
  ${disk:+-drive "file=$disk,format=raw,if=virtio,cache=none"} \
  -fsdev local,id=o,path="$out",security_model=none -device virtio-9p-pci,fsdev=o,mount_tag=out \
  </dev/null || echo "qemu: exit $?" >&2
[ -e "$out/rc" ] || { echo "vm.sh: no exit code came back (see $out/boot.log)" >&2; exit 125; }
exit "$(cat "$out/rc")"
