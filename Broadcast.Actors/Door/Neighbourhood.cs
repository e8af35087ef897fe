namespace Broadcast.Actors.Door;

/// <summary>Whom a limit for each address counts as one: an IPv4 address, or a network of IPv6.</summary>
/// <param name="Prefix">Its number: the address, or the first 64 bits of it.</param>
/// <param name="IsV6">Whether it is IPv6.</param>
public readonly record struct Neighbourhood(ulong Prefix, bool IsV6);
